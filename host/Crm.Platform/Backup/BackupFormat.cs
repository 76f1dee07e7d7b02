// The file: a zip with one entry per table, a line of JSON per row, and a manifest that says what each entry must hold.
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Storage;
using Crm.Sdk.Records;

namespace Crm.Platform.Backup;

/// <summary>What a backup holds. Written last: a file without it was never finished.</summary>
internal sealed record BackupManifest
{
    public const string Entry = "manifest.json";

    /// <summary>The form of file this version writes and reads.</summary>
    public const int ThisFormat = 1;

    /// <summary>The master key, in a file made with it.</summary>
    public const string MasterKeyEntry = "master.key";

    public int Format { get; init; } = ThisFormat;

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Whether it is the installation as a whole.</summary>
    public required bool Installation { get; init; }

    public required IReadOnlyList<BackedUpTenant> Tenants { get; init; }

    public required IReadOnlyList<BackedUpSchema> Schemas { get; init; }

    public required IReadOnlyList<BackedUpTable> Tables { get; init; }

    /// <summary>Plugins, with version, that were installed but did not run: their tables are not in the file.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    public long Rows => Tables.Sum(t => t.Rows);
}

internal sealed record BackedUpTenant(Guid Id, string Key, string Name, IReadOnlyList<string> Modules);

internal sealed record BackedUpSchema(string Owner, IReadOnlyList<string> Migrations);

/// <summary>A table; its sum is the SHA-256 of the entry's content, in hex, and the same rows give the same sum on every database.</summary>
internal sealed record BackedUpTable(string Name, string Owner, IReadOnlyList<string> Columns, long Rows, string Sha256)
{
    public string Entry => EntryOf(Name);

    public static string EntryOf(string table) => $"tables/{table}.jsonl";
}

/// <summary>Rows as lines: an array of values in the order of the table's columns.</summary>
internal static class RowLines
{
    public static void Write(Utf8JsonWriter json, Dialect dialect, DbDataReader reader, IReadOnlyList<KnownColumn> columns)
    {
        json.WriteStartArray();
        for (var i = 0; i < columns.Count; i++)
        {
            if (reader.IsDBNull(i))
            {
                json.WriteNullValue();
                continue;
            }

            var type = columns[i].Type;
            if (type == typeof(byte[])) json.WriteBase64StringValue((byte[])reader.GetValue(i));
            else if (type == typeof(string) || type == typeof(string[])) json.WriteStringValue(reader.GetString(i));
            else if (type == typeof(ExtensionData)) (Sorted(reader.GetString(i)) ?? new JsonObject()).WriteTo(json);
            else Write(json, dialect.Read(reader, i, type)!);
        }

        json.WriteEndArray();
    }

    public static object? Read(JsonElement value, Type type) => value.ValueKind == JsonValueKind.Null ? null
        : type == typeof(byte[]) ? value.GetBytesFromBase64()
        : type == typeof(string) || type == typeof(string[]) ? value.GetString()!.Replace("\0", "", StringComparison.Ordinal)
        : type == typeof(ExtensionData) ? new ExtensionData(value.GetRawText())
        : type == typeof(Guid) ? value.GetGuid()
        : type == typeof(bool) ? value.GetBoolean()
        : type == typeof(int) ? value.GetInt32()
        : type == typeof(short) ? value.GetInt16()
        : type == typeof(long) ? value.GetInt64()
        : type == typeof(decimal) ? decimal.Parse(value.GetString()!, CultureInfo.InvariantCulture)
        : type == typeof(DateTimeOffset) ? DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
        : type == typeof(DateOnly) ? DateOnly.ParseExact(value.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture)
        : type == typeof(TimeOnly) ? TimeOnly.Parse(value.GetString()!, CultureInfo.InvariantCulture)
        : throw new NotSupportedException($"No column holds a {type}.");

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case bool yes: json.WriteBooleanValue(yes); break;
            case int or short or long: json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case decimal number: json.WriteStringValue(number.ToString("G29", CultureInfo.InvariantCulture)); break;
            case DateTimeOffset moment: json.WriteStringValue(moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)); break;
            case DateOnly day: json.WriteStringValue(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly time: json.WriteStringValue(time.ToString("O", CultureInfo.InvariantCulture)); break;
            case Guid id: json.WriteStringValue(id); break;
            default: throw new NotSupportedException($"No column holds a {value.GetType()}.");
        }
    }

    /// <summary>Databases keep the names of a JSON object in an order of their own; in a backup they stand sorted.</summary>
    private static JsonNode? Sorted(string text) => Sorted(JsonNode.Parse(text));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject names => new JsonObject(names.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => KeyValuePair.Create(n.Key, Sorted(n.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}

/// <summary>Counts into a SHA-256 what goes through to another stream, which stays open.</summary>
internal sealed class SummingStream(Stream inner) : Stream
{
    private readonly IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The sum of what has been written; asked once.</summary>
    public string Sum => Convert.ToHexStringLower(sum.GetHashAndReset());

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        sum.AppendData(buffer);
        inner.Write(buffer);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        sum.AppendData(buffer.Span);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) sum.Dispose();
        base.Dispose(disposing);
    }
}
