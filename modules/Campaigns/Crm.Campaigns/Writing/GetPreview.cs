using Crm.Campaigns.Contracts;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Sending;
using Crm.Campaigns.Setup;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Mail;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Writing;

/// <summary>A campaign's mail as one customer would get it.</summary>
/// <param name="Id">The campaign.</param>
/// <param name="CustomerId">As for whom; somebody of the segment when null.</param>
/// <param name="Variant">Which subject.</param>
internal sealed record GetPreview(Guid Id, Guid? CustomerId = null, string? Variant = null) : IRequest<Result<Preview>>;

/// <summary>The letter, whom it is for, who sends it (null while that is not known), the fields there are, and where a test of it may go.</summary>
internal sealed record Preview(WrittenLetter Letter, Guid CustomerId, string CustomerName, string CustomerType, Sender? Sender, IReadOnlyList<ReaderField> Fields, IReadOnlyList<string> TestAddresses);

internal sealed class GetPreviewHandler(CampaignsDb db, Letters letters, Readers readers, LawfulSender sender, TestMailboxes addresses, IMediator mediator) : IRequestHandler<GetPreview, Result<Preview>>
{
    public async Task<Result<Preview>> Handle(GetPreview get, CancellationToken cancellationToken)
    {
        var campaign = await db.Load<Campaign>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (campaign.Failed) return Result<Preview>.Fail(campaign.Problems);
        var content = await letters.Of(campaign.Value, cancellationToken);
        if (content.Failed) return Result<Preview>.Fail(content.Problems);
        var type = await letters.CustomerType(campaign.Value.SegmentId, cancellationToken);
        var customer = get.CustomerId ?? await Somebody(campaign.Value.SegmentId!.Value, cancellationToken);
        var letter = new Letter(content.Value);
        var values = customer is { } id ? await readers.Of(type, [id], letter.Paths, cancellationToken) : null;
        if (values is { Failed: true }) return Result<Preview>.Fail(values.Problems);
        if (customer is not { } whom || values?.Value.GetValueOrDefault(whom) is not { } reader) return NobodyToShow;
        var known = sender.Known();
        return new Preview(letter.For(reader, get.Variant), whom, Readers.NameOf(reader), type, known.Failed ? null : known.Value, await readers.Fields(type, cancellationToken), await addresses.Mine(cancellationToken));
    }

    private async Task<Guid?> Somebody(Guid segment, CancellationToken cancellation)
    {
        var members = await mediator.Send(new GetSegmentMembers(segment, Limit: 1), cancellation);
        return members.Failed || members.Value.Ids.Count == 0 ? null : members.Value.Ids[0];
    }

    internal static Problem NobodyToShow => new(
        "campaigns.nobody-to-show", ("プレビューに使える顧客がいません。", "There is no customer to show it for."), ("セグメントに顧客がいるか確認するか、顧客を指定してください。", "See whether the segment has customers, or choose one."));
}

/// <summary>A template as one customer would get it.</summary>
/// <param name="Id">The template.</param>
/// <param name="CustomerType">People or companies.</param>
/// <param name="CustomerId">As for whom; the first of the list when null.</param>
internal sealed record GetTemplatePreview(Guid Id, string CustomerType, Guid? CustomerId = null) : IRequest<Result<TemplatePreview>>;

/// <summary>The letter, whom it is for, who sends it (null while that is not known), and the fields there are.</summary>
internal sealed record TemplatePreview(WrittenLetter Letter, Guid CustomerId, string CustomerName, Sender? Sender, IReadOnlyList<ReaderField> Fields);

internal sealed class GetTemplatePreviewHandler(CampaignsDb db, Letters letters, Readers readers, LawfulSender sender, IMediator mediator) : IRequestHandler<GetTemplatePreview, Result<TemplatePreview>>
{
    public async Task<Result<TemplatePreview>> Handle(GetTemplatePreview get, CancellationToken cancellationToken)
    {
        var template = await db.Load<MailTemplate>(get.Id, RecordAction.Read, cancellation: cancellationToken);
        if (template.Failed) return Result<TemplatePreview>.Fail(template.Problems);
        var content = await letters.OfTemplate(get.Id, cancellationToken);
        if (!content.Failed) content = await letters.Checked(content.Value, get.CustomerType, cancellationToken);
        if (content.Failed) return Result<TemplatePreview>.Fail(content.Problems);
        var customer = get.CustomerId ?? await Somebody(get.CustomerType, cancellationToken);
        var letter = new Letter(content.Value);
        var values = customer is { } id ? await readers.Of(get.CustomerType, [id], letter.Paths, cancellationToken) : null;
        if (values is { Failed: true }) return Result<TemplatePreview>.Fail(values.Problems);
        if (customer is not { } whom || values?.Value.GetValueOrDefault(whom) is not { } reader) return GetPreviewHandler.NobodyToShow;
        var known = sender.Known();
        return new TemplatePreview(letter.For(reader, variant: null), whom, Readers.NameOf(reader), known.Failed ? null : known.Value, await readers.Fields(get.CustomerType, cancellationToken));
    }

    private async Task<Guid?> Somebody(string type, CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(type) { Fields = [], Limit = 1 }, cancellation);
        return page.Failed || page.Value.Rows.Count == 0 ? null : page.Value.Rows[0].Id;
    }
}

/// <summary>The fields that letters may use, whatever is wrong with a letter.</summary>
/// <param name="CustomerType">For people or companies.</param>
/// <param name="CampaignId">In its place: the kind of customer that a campaign writes to.</param>
internal sealed record GetReaderFields(string CustomerType = CustomersContract.Person, Guid? CampaignId = null) : IRequest<Result<IReadOnlyList<ReaderField>>>;

internal sealed class GetReaderFieldsHandler(CampaignsDb db, Letters letters, Readers readers) : IRequestHandler<GetReaderFields, Result<IReadOnlyList<ReaderField>>>
{
    public async Task<Result<IReadOnlyList<ReaderField>>> Handle(GetReaderFields get, CancellationToken cancellationToken)
    {
        var type = get.CustomerType;
        if (get.CampaignId is { } id)
        {
            var campaign = await db.Load<Campaign>(id, RecordAction.Read, cancellation: cancellationToken);
            if (campaign.Failed) return Result<IReadOnlyList<ReaderField>>.Fail(campaign.Problems);
            type = await letters.CustomerType(campaign.Value.SegmentId, cancellationToken);
        }

        return Result.Of(await readers.Fields(type, cancellationToken));
    }
}

/// <summary>Sends the mail to who works on it; nothing is counted.</summary>
internal sealed class SendTestMailHandler(CampaignsDb db, TestMailboxes addresses, IMediator mediator, LawfulSender sender, LawfulMail lawful, IMail mails) : IRequestHandler<SendTestMail, Result>
{
    public async Task<Result> Handle(SendTestMail send, CancellationToken cancellationToken)
    {
        var campaign = await db.Load<Campaign>(send.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (campaign.Failed) return campaign;
        var allowed = await addresses.Mine(cancellationToken);
        var to = send.To is { Length: > 0 } given ? allowed.FirstOrDefault(a => string.Equals(a, given.Trim(), StringComparison.OrdinalIgnoreCase)) : allowed.Count > 0 ? allowed[0] : null;
        if (to is null) return NotATestAddress;
        var known = sender.Known();
        if (known.Failed) return known;
        var preview = await mediator.Send(new GetPreview(send.Id, send.CustomerId), cancellationToken);
        if (preview.Failed) return preview;
        var letter = preview.Value.Letter with { Subject = Texts.L("【テスト】", "[Test] ") + preview.Value.Letter.Subject };
        try
        {
            await mails.Send(await lawful.Test(known.Value, letter, to, cancellationToken), cancellationToken);
            return Result.Done;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return new Problem("campaigns.not-sent", ("テストメールを送れませんでした。", "The test mail could not be sent."), ("メールサーバーの設定とアドレスを確認してください。", "Check the mail server's settings and the address."));
        }
    }

    private static Problem NotATestAddress => new(
        "campaigns.not-a-test-address", ("テストメールは、自分のアドレスか、設定に登録したアドレスにだけ送れます。", "Test mails go to your own address or to those of the settings."),
        ("キャンペーンの設定の「テストメールの送り先」に登録してください。", "Add it to the test addresses in the settings of campaigns."), "to");
}
