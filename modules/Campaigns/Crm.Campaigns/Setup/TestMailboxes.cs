using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Campaigns.Setup;

/// <summary>Where a test mail may go: to whoever sends it and to the addresses of the settings. To a customer it would be a mail without consent.</summary>
internal sealed class TestMailboxes(ISettings settings, IMediator mediator)
{
    public async Task<IReadOnlyList<string>> Mine(CancellationToken cancellation)
    {
        var me = await mediator.Send(new GetMe(), cancellation);
        return [.. me.Failed ? [] : (string[])[me.Value.Email], .. Lines(settings.Of<CampaignSettings>().TestAddresses)];
    }

    public static Problem? Check(Field field, object value, RuleContext record) => Lines(value as string).FirstOrDefault(line => !EmailKey.TryParse(line, out _)) is { } wrong
        ? new Problem("campaigns.bad-address", ($"「{wrong}」はメールアドレスではありません。", $"“{wrong}” is not a mail address."), ("1行に1つ書いてください。", "Write one a line."), field.Key)
        : null;

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
