// ./crm tenant rotate-key trading: a new key for what is encrypted; what older keys sealed is sealed anew in the background.
using System.CommandLine;
using System.Text.Json.Nodes;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Tenants;

internal static class RotateKey
{
    public static Command Verb(VerbRunner runner)
    {
        var key = new Argument<string>("KEY") { Description = Texts.L("テナントのキー", "Key of the tenant") };
        return runner.Verb("rotate-key", ("暗号鍵を新しくする（止めずに再暗号化）", "Begin a new key for what is encrypted, without a stop"), [key], work => work.Ask(
            work.Value(key), new Platform.Encryption.RotateKey(), number => Answer.Line(
                ($"鍵 {number} を使い始めました。以前の値はサーバーがバックグラウンドで暗号化し直します。", $"Key {number} is in use. The server seals older values anew in the background."),
                new JsonObject { ["tenant"] = work.Value(key), ["key"] = number })));
    }
}
