// ./crm user resume --tenant trading --user hanako@example.jp
using System.CommandLine;

namespace Crm.Host.CommandLine.Users;

internal static class ResumeUser
{
    public static Command Verb(VerbRunner runner) => SuspendUser.Switch(runner, "resume", ("無効にしたユーザーを有効に戻す", "Let a deactivated user in again"), active: true);
}
