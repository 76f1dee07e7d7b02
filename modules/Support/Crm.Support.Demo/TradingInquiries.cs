// A year of inquiries of a trading company for works supplies, about the customers and products that its demonstration has.
using Crm.Customers.Contracts;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.FollowUps;
using Crm.Support.Inquiries;
using Crm.Support.Knowledge;
using Crm.Support.Surveys;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Demo;

/// <summary>Makes inquiries with their steps, as people would have taken them.</summary>
internal sealed class TradingInquiries(SupportDb db, SupportClock desk, IMediator mediator, TimeProvider clock, ITenant tenant) : IDemoData
{
    public const int Count = 600;

    private const int Days = 365;
    private const int AtOnce = 200;

    private static readonly (string Type, string Subject, string Content, string Answer)[] Topics =
    [
        ("order", "納期はいつになりますか", "先日注文した商品の納期を教えてください。", "本日出荷しました。明日の午前中にお届けします。"),
        ("order", "届いた数量が足りません", "納品書は20箱ですが、18箱しか届いていません。", "不足の2箱を本日発送します。ご迷惑をおかけしました。"),
        ("billing", "請求書の宛名を変更したい", "部署名を入れて再発行してください。", "宛名を直した請求書をお送りしました。"),
        ("billing", "請求書の再発行をお願いします", "先月分の請求書が見当たりません。", "再発行した請求書を添付します。"),
        ("usage", "機械の設定方法を教えてください", "テープの張力を変える方法が分かりません。", "取扱説明書12ページの手順をご案内しました。"),
        ("product", "耐荷重を知りたい", "このパレットは何キロまで載せられますか。", "静荷重1トン、動荷重500キロです。"),
        ("defect", "使用中に止まってしまう", "1時間ほど使うと停止します。", "センサーの交換部品を手配しました。"),
        ("return", "サイズ違いを交換したい", "MとLを間違えて注文しました。", "交換品と返送伝票をお送りします。"),
        ("opinion", "カタログを紙でほしい", "PDFではなく紙のカタログをいただけますか。", "最新版を2部お送りしました。"),
        ("product", "代替品はありますか", "廃番になった手袋の代わりを探しています。", "後継品のサンプルをお送りします。"),
    ];

    public async Task Fill(int seed, CancellationToken cancellation)
    {
        var dice = new Random(seed);
        var now = clock.GetUtcNow();
        var companies = await All(CustomersContract.Company, ["name"], cancellation);
        var people = (await All(CustomersContract.Person, ["lastName", "firstName", "companyId", "email"], cancellation)).Where(p => p.Reference("companyId") is not null).ToList();
        var products = await All(CustomersContract.Product, ["name"], cancellation);
        if (companies.Count == 0 || people.Count == 0 || products.Count == 0) return;

        var types = await db.Types.AsNoTracking().Where(t => t.Code != null).ToDictionaryAsync(t => t.Code!, cancellation);
        var channels = await db.Channels.AsNoTracking().Where(c => c.Code == "phone" || c.Code == "mail" || c.Code == "web").Select(c => c.Id).ToListAsync(cancellation);
        var staff = (await mediator.Send(new GetColleagues(), cancellation)).Value.People.Where(p => p.Active).Select(p => (Guid?)p.Id).ToList();
        for (var i = 0; i < Count; i++)
        {
            var (code, subject, content, answer) = Topics[dice.Next(Topics.Length)];
            var type = types[code];
            var person = people[dice.Next(people.Count)];
            var received = OpenMoment(now.AddMinutes(-(long)(dice.NextDouble() * dice.NextDouble() * Days * 24 * 60)), dice);
            var inquiry = new Inquiry
            {
                Subject = subject, Content = content, TypeId = type.Id, QueueId = type.QueueId, Priority = dice.Next(12) == 0 ? Priorities.Urgent : type.Priority, ChannelId = channels[dice.Next(channels.Count)],
                PersonId = person.Id, CompanyId = person.Reference("companyId"), ProductId = code is "billing" or "opinion" ? null : products[dice.Next(products.Count)].Id, ReceivedAt = received,
                FromName = $"{person.Text("lastName")} {person.Text("firstName")}".Trim(), FromEmail = person.Text("email"), OwnerId = staff.Count == 0 ? null : staff[dice.Next(staff.Count)],
                Complaint = code is "defect" or "return" && dice.Next(3) == 0 ? true : null,
            };
            if (inquiry.IsComplaint) (inquiry.ComplaintClass, inquiry.ComplaintAbout) = (code == "defect" ? ComplaintClasses.Product : ComplaintClasses.Service, [code == "defect" ? "defect" : "mistake"]);
            inquiry.TakeIn(received, null);
            inquiry.Promise(await desk.TargetOf(inquiry, cancellation), desk.Hours);
            db.Inquiries.Add(inquiry);
            db.Messages.Add(new Message { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = MessageKinds.Customer, At = received, FromName = inquiry.FromName, Address = inquiry.FromEmail, Subject = subject, Text = content });
            await GoOn(inquiry, answer, now, dice, cancellation);
            db.Changes.AddRange(inquiry.Steps);
            if (i % AtOnce == AtOnce - 1) await Save(cancellation);
        }

        await Save(cancellation);
        await Articles(types, now, cancellation);
        var purposes = (await mediator.Send(new ListRecords(CustomersContract.Purpose) { Filter = Filter.Eq("code", "newsletter"), Fields = [] }, cancellation)).OrThrow("The purposes of use cannot be read");
        db.FollowPlans.AddRange(
            new FollowPlan { Name = "納品後の確認", StartedBy = SupportContract.Triggers.Purchase, Days = 7, Means = FollowMeans.Task, Subject = "{name} 様 納品後の確認", Text = "{product} の使い心地をうかがう。" },
            new FollowPlan { Name = "1か月後の消耗品の案内", StartedBy = SupportContract.Triggers.Purchase, Days = 30, Means = purposes.Rows.Count > 0 ? FollowMeans.Mail : FollowMeans.Task, PurposeId = purposes.Rows.Select(r => (Guid?)r.Id).FirstOrDefault(), Subject = "その後いかがですか", Text = "{name} 様\n\n{product} をお使いいただきありがとうございます。" },
            new FollowPlan { Name = "対応後の様子うかがい", StartedBy = SupportContract.Triggers.InquiryClosed, Days = 14, Means = FollowMeans.Task, Subject = "{name} 様 対応後の様子うかがい" });
        await Save(cancellation);
    }

    /// <summary>Answers most, closes most, asks some whether they were content; leaves the last days' on the desk.</summary>
    private async Task GoOn(Inquiry inquiry, string answer, DateTimeOffset now, Random dice, CancellationToken cancellation)
    {
        var answered = desk.Hours.Add(inquiry.ReceivedAt!.Value, TimeSpan.FromMinutes(10 + (dice.NextDouble() * dice.NextDouble() * 700)));
        if (answered is not { } at || at > now) return;
        inquiry.Answer(at, inquiry.OwnerId, desk.Hours);
        db.Messages.Add(new Message { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = MessageKinds.Reply, At = at, FromName = tenant.Name, Text = answer });
        if (dice.Next(5) == 0)
        {
            inquiry.Pause(at, inquiry.OwnerId);
            if (desk.Hours.Add(at, TimeSpan.FromHours(2 + (dice.NextDouble() * 20))) is not { } back || back > now) return;
            inquiry.Resume(back, null, await desk.TargetOf(inquiry, cancellation), desk.Hours);
            at = back;
        }

        if (desk.Hours.Add(at, TimeSpan.FromMinutes(20 + (dice.NextDouble() * dice.NextDouble() * 2_400))) is not { } closed || closed > now) return;
        if (inquiry.IsComplaint) (inquiry.Cause, inquiry.Satisfied, inquiry.NotSatisfied) = ("出荷前の検品漏れ", "当日中の代替品の手配とお詫びの訪問", dice.Next(2) == 0 ? "翌週の納品の提案" : null);
        inquiry.Resolution = answer;
        inquiry.Close(closed, inquiry.OwnerId, desk.Hours);
        if (dice.Next(3) > 0) return;
        inquiry.Score = Math.Clamp(5 - (int)(dice.NextDouble() * dice.NextDouble() * 5), 1, 5);
        db.Surveys.Add(new Survey { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, AskedAt = closed, AnsweredAt = closed.AddHours(2) > now ? now : closed.AddHours(2), Score = inquiry.Score });
    }

    private async Task Articles(Dictionary<string, Setup.InquiryType> types, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var (title, body, keywords, type) in new[]
        {
            ("請求書を再発行できますか", "はい。**マイページ → 請求書**から、過去2年分を何度でも発行できます。宛名の変更はお問い合わせください。", "再発行 宛名 紛失", "billing"),
            ("納期はどのくらいですか", "在庫品は**翌営業日**、取り寄せ品は5〜7営業日で出荷します。", "配送 いつ届く 出荷", "order"),
            ("数量が足りないときは", "納品書の番号と不足の数をお知らせください。**当日中**に発送します。", "不足 欠品 届かない", "order"),
            ("サイズを間違えて注文しました", "未使用であれば**30日以内**に交換します。返送伝票をお送りします。", "交換 返品 サイズ違い", "return"),
        })
        {
            var article = new Article { Title = title, Body = body, Keywords = keywords, Audience = Audiences.Everybody, TypeId = types[type].Id };
            var version = article.Publish(now, null).Value;
            version.TenantId = db.TenantId;
            db.Articles.Add(article);
            db.ArticleVersions.Add(version);
        }

        await Save(cancellation);
    }

    /// <summary>Most write and call while the desk works.</summary>
    private DateTimeOffset OpenMoment(DateTimeOffset at, Random dice) => dice.Next(6) == 0 || desk.Hours.IsOpen(at) ? at : at.AddMinutes(-dice.Next(60)) is var earlier && desk.Hours.IsOpen(earlier) ? earlier : at;

    private async Task Save(CancellationToken cancellation)
    {
        var saved = await db.SaveAsync(cancellation: cancellation);
        saved.OrThrow("The sample data breaks a rule");
        db.ChangeTracker.Clear();
    }

    private async Task<List<Row>> All(string type, string[] fields, CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(type) { Fields = fields, Limit = 500 }, cancellation);
        return page.Failed ? [] : [.. page.Value.Read()];
    }
}
