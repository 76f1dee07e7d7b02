# Reads one trx file: prints each failed test with its message, the skipped ones grouped by reason, and the counts as
# lines that start with `# `.

function decoded(text) {
  gsub(/&#xD;|&#13;/, "", text)
  gsub(/&#xA;|&#10;/, "\n", text)
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#39;|&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

function attribute(name,   at, rest) {
  at = index($0, " " name "=\"")
  if (!at) return ""
  rest = substr($0, at + length(name) + 3)
  return decoded(substr(rest, 1, index(rest, "\"") - 1))
}

/<UnitTestResult / {
  test = attribute("testName"); outcome = attribute("outcome"); message = ""; trace = ""; inside = ""
  if (outcome == "Passed") passed++
  else if (outcome == "NotExecuted") skipped++
  else failed++
}

/<Message>/ { inside = "message" }
/<StackTrace>/ { inside = "trace" }
inside != "" {
  line = $0
  sub(/^.*<(Message|StackTrace)>/, "", line)
  last = sub(/<\/(Message|StackTrace)>.*$/, "", line)
  if (inside == "message") message = message (message == "" ? "" : "\n") line
  else if (++depth <= 12) trace = trace (trace == "" ? "" : "\n") line
  if (last) { inside = ""; depth = 0 }
}

function told() {
  if (test == "") return
  if (outcome == "NotExecuted") reasons[decoded(message) == "" ? "no reason given" : decoded(message)]++
  else if (outcome != "Passed") {
    printf "FAILED  %s\n", test
    text = decoded(message); gsub(/\n/, "\n        ", text); printf "        %s\n", text
    text = decoded(trace); gsub(/\n */, "\n          ", text); sub(/^ */, "", text); if (text != "") printf "          %s\n", text
  }
  test = ""
}

/<\/UnitTestResult>|<UnitTestResult .*\/>/ { told() }

END {
  for (reason in reasons) printf "SKIPPED %d: %s\n", reasons[reason], reason
  printf "# passed %d\n# failed %d\n# skipped %d\n", passed, failed, skipped
}
