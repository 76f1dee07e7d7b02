using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Mailing;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.PublicForm;

/// <summary>The public form, filled in.</summary>
internal sealed record SendInquiry(
    string? Name = null, string? Email = null, string? Phone = null, string? Company = null, Guid? TypeId = null, string? Subject = null, string? Content = null, bool Consent = false,
    string? Website = null, string? Challenge = null, string? Proof = null) : IRequest<Result<string>>, ISentFrom
{
    /// <inheritdoc/>
    [JsonIgnore]
    public string? SentFrom { get; set; }
}

/// <summary>Somebody who got the mail opened its link: what they had sent becomes an inquiry.</summary>
internal sealed record ConfirmInquiry(string? Key = null) : IRequest<Result<string>>;

/// <summary>Whether a link can still be confirmed, for its page: the subject of what was sent.</summary>
internal sealed record GetHeldPost(string? Key) : IRequest<Result<string>>;

/// <summary>
/// Takes what comes by the public form. With the browser's proof of work it is taken at once; without, because JavaScript is off, a mail asks
/// whoever has the address to confirm. So it does with everybody while more comes in than people send: somebody does the work by machine.
/// Bots that fill what people do not see are thanked and forgotten.
/// </summary>
internal sealed class SendInquiryHandler(SupportDb db, ISettings settings, Intake intake, Recipients recipients, Outbox outbox, TimeProvider clock, ITenant tenant)
    : IRequestHandler<SendInquiry, Result<string>>, IRequestHandler<ConfirmInquiry, Result<string>>, IRequestHandler<GetHeldPost, Result<string>>
{
    public const string Taken = "taken";
    public const string Held = "held";

    /// <summary>Within an hour; each post is answered by a mail, and nobody is to be flooded with ours.</summary>
    private const int MostPerAddress = 3;
    private const int MostHeld = 200;
    private const int MostHeldPerSender = 5;
    private const int MostTakenUnasked = 120;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromDays(3);

    public async Task<Result<string>> Handle(SendInquiry form, CancellationToken cancellationToken)
    {
        var set = settings.Of<SupportSettings>();
        if (!set.FormOpen) return FormProblems.Closed;
        if (!string.IsNullOrEmpty(form.Website)) return Taken;
        if (FormProblems.Of(form) is { Count: > 0 } wrong) return Result<string>.Fail(wrong);

        var now = clock.GetUtcNow();
        var key = await Key(db, cancellationToken);
        if (Challenge.Read(form.Challenge, now, key) is not { } challenge) return FormProblems.TooOld;
        if (await db.UsedChallenges.AnyAsync(u => u.Nonce == challenge.Nonce, cancellationToken)) return FormProblems.TooOld;
        var (since, email) = (now - Hour, Counted(form.Email!));
        if (await db.HeldPosts.CountAsync(p => p.Email == email && p.At >= since, cancellationToken) >= MostPerAddress) return FormProblems.TooMany;
        var taken = db.Inquiries.Where(i => i.ConsentWording != null && i.ReceivedAt >= since);
        if (await taken.CountAsync(i => i.FromEmail!.ToLower() == email, cancellationToken) >= MostPerAddress) return FormProblems.TooMany;

        var rush = await taken.CountAsync(cancellationToken) >= MostTakenUnasked;
        db.UsedChallenges.Add(new UsedChallenge { TenantId = db.TenantId, Nonce = challenge.Nonce, At = now });
        return Challenge.Proves(form.Challenge!, form.Proof) && !rush
            ? await Take(form, set.ConsentWording(), now, proven: false, cancellationToken)
            : await Hold(form, set, now, key, cancellationToken);
    }

    public async Task<Result<string>> Handle(ConfirmInquiry confirm, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await Find(confirm.Key, now, cancellationToken) is not { } held) return FormProblems.NoSuchPost;
        if (held.ConfirmedAt is not null) return Taken;
        held.ConfirmedAt = now;
        var kept = JsonSerializer.Deserialize<KeptForm>(held.Form)!;
        return await Take(kept.Form, kept.Wording, now, proven: true, cancellationToken);
    }

    public async Task<Result<string>> Handle(GetHeldPost query, CancellationToken cancellationToken) =>
        await Find(query.Key, clock.GetUtcNow(), cancellationToken) is { } held ? JsonSerializer.Deserialize<KeptForm>(held.Form)!.Form.Subject! : FormProblems.NoSuchPost;

    private async Task<HeldPost?> Find(string? link, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = await Key(db, cancellation);
        if (link?.Split('.') is not [var id, var seal] || !Guid.TryParseExact(id, "N", out var post) || !Fits(seal, Seal(post, key))) return null;
        return await db.HeldPosts.SingleOrDefaultAsync(p => p.Id == post, cancellation) is { } held && now - held.At <= ConfirmWithin ? held : null;
    }

    /// <summary>The key that seals challenges and links of this tenant.</summary>
    public static async Task<byte[]> Key(SupportDb db, CancellationToken cancellation) =>
        (await db.FormSecrets.AsNoTracking().SingleAsync(s => s.Key == FormSecret.Form, cancellation)).Value;

    /// <summary>Makes it an inquiry and says so by mail; in the sender's own words only to who proved that the address is theirs, or others' words would go out from our domain.</summary>
    private async Task<Result<string>> Take(SendInquiry form, string? wording, DateTimeOffset now, bool proven, CancellationToken cancellation)
    {
        var (person, company) = await recipients.Recognise(form.Email, form.Name, cancellation);
        var type = form.TypeId is { } wanted && await db.Types.AnyAsync(t => t.Id == wanted && t.OnForm, cancellation) ? form.TypeId : null;
        var inquiry = new Inquiry
        {
            Subject = form.Subject!.Trim(), Content = form.Content!.Trim(), TypeId = type, PersonId = person, CompanyId = company,
            FromName = string.IsNullOrWhiteSpace(form.Company) ? form.Name!.Trim() : $"{form.Company.Trim()} {form.Name!.Trim()}", FromEmail = form.Email!.Trim(), FromPhone = string.IsNullOrWhiteSpace(form.Phone) ? null : form.Phone.Trim(),
            ReceivedAt = now, ConsentWording = wording ?? "", ChannelId = await db.Channels.Where(c => c.Code == ChannelCodes.Web).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation),
        };
        await intake.Take(inquiry, cancellation);
        db.Inquiries.Add(inquiry);
        db.Messages.Add(Message.FirstOf(inquiry)!);
        var number = InquiryNumber.Of(inquiry.Id);
        outbox.Automatic(
            inquiry, inquiry.FromEmail, In("お問い合わせを受け付けました", "We have received your inquiry"),
            proven
                ? In($"{inquiry.FromName} 様\n\nお問い合わせありがとうございます。次のとおり受け付けました。\n\n受付番号: {number}\n件名: {inquiry.Subject}\n\n{inquiry.Content}\n\n{tenant.Name}", $"Dear {inquiry.FromName},\n\nthank you for your inquiry. We have received it as follows.\n\nNumber: {number}\nSubject: {inquiry.Subject}\n\n{inquiry.Content}\n\n{tenant.Name}")
                : In($"お問い合わせありがとうございます。次の番号で受け付けました。担当者からの返信をお待ちください。\n\n受付番号: {number}\n\nお心当たりがない場合は、このメールを破棄してください。\n\n{tenant.Name}", $"Thank you for your inquiry. We have received it under this number and will answer as soon as we can.\n\nNumber: {number}\n\nIf it was not you, ignore this mail.\n\n{tenant.Name}"),
            inReplyTo: null);
        var saved = await db.Keep(inquiry, cancellation);
        return saved.Failed ? Result<string>.Fail(saved.Problems) : Taken;
    }

    private async Task<Result<string>> Hold(SendInquiry form, SupportSettings set, DateTimeOffset now, byte[] key, CancellationToken cancellation)
    {
        if (set.SiteUrl is not { Length: > 0 } site) return Challenge.Proves(form.Challenge!, form.Proof) ? FormProblems.TooMany : FormProblems.NeedsScript;
        var (since, email) = (now - Hour, form.Email!.Trim());
        var sender = Sender(form.SentFrom, now, key);
        if (await db.HeldPosts.CountAsync(p => p.Sender == sender && p.At >= since, cancellation) >= MostHeldPerSender) return FormProblems.TooMany;
        if (await db.HeldPosts.CountAsync(p => p.At >= since, cancellation) >= MostHeld) return FormProblems.TooMany;

        var post = new HeldPost { TenantId = db.TenantId, Id = Ids.New(), Email = Counted(email), Sender = sender, At = now, Form = JsonSerializer.Serialize(new KeptForm(form with { Challenge = null, Proof = null }, set.ConsentWording())) };
        db.HeldPosts.Add(post);
        var link = site.TrimEnd('/') + Routes.Public(tenant.Key, SupportContract.Module, "confirm") + $"?key={post.Id:N}.{Seal(post.Id, key)}";
        outbox.Queue(new OutgoingMail
        {
            Address = email, Subject = In("お問い合わせの確認", "Please confirm your inquiry"),
            Text = In($"お問い合わせフォームに入力いただいた内容を送信するには、3日以内に次のURLを開いて「送信する」を押してください。\n\n{link}\n\nお心当たりがない場合は、このメールを破棄してください。\n\n{tenant.Name}", $"To send what was typed into our form, open this address within three days and press “Send”.\n\n{link}\n\nIf it was not you, ignore this mail.\n\n{tenant.Name}"),
        });
        var saved = await db.SaveAsync(cancellation: cancellation);
        return saved.Failed ? Result<string>.Fail(saved.Problems) : Held;
    }

    /// <summary>An address as it is counted: mail servers take capitals for the same.</summary>
    private static string Counted(string email) => email.Trim().ToLowerInvariant();

    private static string Seal(Guid post, byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes("confirm:" + post.ToString("N"))));

    /// <summary>Knows one sender again within a day, and is nobody's address.</summary>
    private static string Sender(string? from, DateTimeOffset now, byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"sender:{now.ToUnixTimeSeconds() / 86_400}:{from}")).AsSpan(0, 16));

    private static bool Fits(string given, string right) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given), Encoding.ASCII.GetBytes(right));

    private string In(string ja, string en) => tenant.Language.TwoLetterISOLanguageName == "ja" ? ja : en;

    private sealed record KeptForm(SendInquiry Form, string? Wording);
}

internal static class FormProblems
{
    public static Problem Closed => new("support.form-closed", ("フォームは現在ご利用いただけません。", "This form is closed."), ("お電話などでお問い合わせください。", "Please contact us otherwise."), Kind: ProblemKind.NotFound);

    public static Problem TooOld => new("support.form-too-old", ("もう一度「送信」を押してください。", "Please press “Send” again."), ("フォームを開いてから時間がたったか、すぐに送信されました。入力内容は残っています。", "The form was open too long, or sent at once. What you typed is kept."));

    public static Problem TooMany => new("support.form-too-many", ("短い時間に多くの送信がありました。", "Too much was sent in a short time."), ("1時間ほどおいてからお試しください。", "Please try again in an hour."), Kind: ProblemKind.TooMany);

    public static Problem NeedsScript => new("support.form-needs-script", ("JavaScriptを有効にして送信してください。", "Please send it with JavaScript switched on."), ("またはお電話・メールでお問い合わせください。", "Or contact us by phone or mail."));

    public static Problem NoSuchPost => new("support.no-such-post", ("このURLは使えません。", "This address cannot be used."), ("期限（3日）が過ぎている場合は、もう一度フォームから送信してください。", "If more than three days have passed, please fill in the form again."), Kind: ProblemKind.NotFound);

    public static IReadOnlyList<Problem> Of(SendInquiry form)
    {
        var wrong = new List<Problem>();
        Needs(form.Name, "name", ("お名前", "Name"), 100);
        Needs(form.Subject, "subject", ("件名", "Subject"), 200);
        Needs(form.Content, "content", ("お問い合わせ内容", "Your inquiry"), 20_000);
        Needs(form.Email, "email", ("メールアドレス", "E-mail"), 254);
        if (form.Email is { Length: > 0 } email && (email.Any(char.IsControl) || email.Count(c => c == '@') != 1 || !MailAddress.TryCreate(email.Trim(), out var read) || read.Address != email.Trim()))
        {
            wrong.Add(Problems.Invalid("support.bad-email", "email", ("メールアドレスの形が正しくありません。", "This is no mail address."), ("例: hanako@example.jp", "For example hanako@example.jp")));
        }

        if (form.Phone?.Length > 40) wrong.Add(Problems.Invalid("too-long", "phone", ("電話番号が長すぎます。", "This phone number is too long.")));
        if (form.Company?.Length > 90) wrong.Add(Problems.Invalid("too-long", "company", ("会社名が長すぎます。", "This company name is too long.")));
        if (!form.Consent) wrong.Add(Problems.Invalid("support.no-consent", "consent", ("個人情報の取り扱いへの同意が必要です。", "We need your consent to answer you."), ("内容を確認し、チェックを入れてください。", "Read it and tick the box.")));
        return wrong;

        void Needs(string? text, string field, Label label, int most)
        {
            if (string.IsNullOrWhiteSpace(text)) wrong.Add(Problems.Required(field, label));
            else if (text.Trim().Length > most) wrong.Add(Problems.Invalid("too-long", field, ($"「{label.Ja}」は{most}文字までです。", $"“{label.En}” may have {most} characters.")));
        }
    }
}
