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

    /// <summary>Of so many products most is asked, of the first of them most of all: so there is something to see in the trends.</summary>
    private const int MostAsked = 14;
    private const string Scales = "台はかり";

    /// <summary>What can be set up and break down.</summary>
    private static readonly string[] Machines = [Scales, "インパクトドライバー", "シュレッダー", "レーザー距離計", "コードリール", "LEDベースライト"];
    private const string Desk = "カスタマーサポート";

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

    /// <summary>The form is open, and mails lead back to the demonstration.</summary>
    public IReadOnlyDictionary<string, object?> Settings(string site) => new Dictionary<string, object?> { ["formOpen"] = true, ["siteUrl"] = site };

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
        var colleagues = (await mediator.Send(new GetColleagues(), cancellation)).Value;
        var team = colleagues.Teams.FirstOrDefault(t => t.Name == Desk);
        var staff = colleagues.People.Where(p => p.Active && team?.Members.Contains(p.Id) != false).Select(p => (Guid?)p.Id).ToList();
        var machines = products.Where(p => Machines.Any(m => p.Text("name")?.StartsWith(m, StringComparison.Ordinal) == true)).ToList();
        for (var i = 0; i < Count; i++)
        {
            var (code, subject, content, answer) = Topics[dice.Next(Topics.Length)];
            var type = types[code];
            var person = people[dice.Next(people.Count)];
            var received = OpenMoment(now.AddMinutes(-(long)(dice.NextDouble() * dice.NextDouble() * Days * 24 * 60)), dice);
            var inquiry = new Inquiry
            {
                Subject = subject, Content = content, TypeId = type.Id, QueueId = type.QueueId, Priority = dice.Next(12) == 0 ? Priorities.Urgent : type.Priority, ChannelId = channels[dice.Next(channels.Count)],
                PersonId = person.Id, CompanyId = person.Reference("companyId"), ProductId = code is "billing" or "opinion" ? null : Asked(code is "defect" or "usage" && machines.Count > 0 ? machines : products).Id, ReceivedAt = received,
                FromName = $"{person.Text("lastName")} {person.Text("firstName")}".Trim(), FromEmail = person.Text("email"), OwnerId = staff.Count == 0 ? null : staff[dice.Next(staff.Count)],
                Complaint = code is "defect" or "return" && dice.Next(3) == 0 ? true : null,
            };
            if (inquiry.IsComplaint) (inquiry.ComplaintClass, inquiry.ComplaintAbout) = (code == "defect" ? ComplaintClasses.Product : ComplaintClasses.Service, [code == "defect" ? "defect" : "mistake"]);
            inquiry.TakeIn(received, null);
            inquiry.Promise(await desk.TargetOf(inquiry, cancellation), desk.Hours);
            db.Inquiries.Add(inquiry);
            var message = new Message { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = MessageKinds.Customer, At = received, FromName = inquiry.FromName, Address = inquiry.FromEmail, Subject = subject, Text = content };
            db.Messages.Add(message);
            await GoOn(inquiry, answer, now, dice, cancellation);

            // Some of what just came in lies there for whoever is free.
            if (inquiry.Status == SupportContract.Status.New && dice.Next(3) == 0) (inquiry.OwnerId, message.OwnerId) = (null, null);
            db.Changes.AddRange(inquiry.Steps);
            if (i % AtOnce == AtOnce - 1) await Save(cancellation);
        }

        await Save(cancellation);
        await Articles(types, staff.FirstOrDefault(), now, cancellation);
        var purposes = (await mediator.Send(new ListRecords(CustomersContract.Purpose) { Filter = Filter.Eq("code", "newsletter"), Fields = [] }, cancellation)).OrThrow("The purposes of use cannot be read");
        FollowPlan[] plans =
        [
            new FollowPlan { Name = "納品後の確認", StartedBy = SupportContract.Triggers.Purchase, Days = 7, Means = FollowMeans.Task, Subject = "{name} 様 納品後の確認", Text = "{product} の使い心地をうかがう。" },
            new FollowPlan { Name = "1か月後の消耗品の案内", StartedBy = SupportContract.Triggers.Purchase, Days = 30, Means = purposes.Rows.Count > 0 ? FollowMeans.Mail : FollowMeans.Task, PurposeId = purposes.Rows.Select(r => (Guid?)r.Id).FirstOrDefault(), Subject = "その後いかがですか", Text = "{name} 様\n\n{product} をお使いいただきありがとうございます。" },
            new FollowPlan { Name = "対応後の様子うかがい", StartedBy = SupportContract.Triggers.InquiryClosed, Days = 14, Means = FollowMeans.Task, Subject = "{name} 様 対応後の様子うかがい" },
        ];
        db.FollowPlans.AddRange(plans);
        await Save(cancellation);
        await FollowUps(plans[0], people, products, staff, now, dice, cancellation);
        var machine = machines.FirstOrDefault(p => p.Text("name")?.StartsWith(Scales, StringComparison.Ordinal) == true) ?? products[0];
        await Trouble(people.FirstOrDefault(p => p.Text("email") is not null) ?? people[0], machine, types["defect"], channels[0], staff, now, cancellation);
        if (team is null) return;
        var queue = await db.Queues.FirstOrDefaultAsync(q => q.Code == "desk", cancellation);
        if (queue is not null) queue.Team = Desk;
        await Save(cancellation);

        Row Asked(List<Row> of) => of[(int)(dice.NextDouble() * dice.NextDouble() * Math.Min(MostAsked, of.Count))];
    }

    /// <summary>Follow-ups of the weeks around today: some done with what came of it, some overdue or due today, some to come.</summary>
    private async Task FollowUps(FollowPlan plan, List<Row> people, List<Row> products, List<Guid?> staff, DateTimeOffset now, Random dice, CancellationToken cancellation)
    {
        string[] results = ["問題なく使えているとのこと。追加の見積もりを依頼された。", "設置場所を変えたので取扱説明書をもう1部送る。", "担当者不在。折り返しを待つ。", "使い方の質問に電話で回答した。"];
        var today = tenant.DayOf(now);
        for (var i = 0; i < 20; i++)
        {
            var (person, product, days) = (people[dice.Next(people.Count)], products[dice.Next(products.Count)], i - 12);
            var followUp = new FollowUp
            {
                PlanId = plan.Id, Title = $"{person.Text("lastName")} {person.Text("firstName")} 様 納品後の確認", PersonId = person.Id, CompanyId = person.Reference("companyId"), ProductId = product.Id, DueOn = today.AddDays(days), Means = FollowMeans.Task,
                Instruction = $"{product.Text("name")} の使い心地をうかがう。", OwnerId = staff.Count == 0 ? null : staff[i % staff.Count],
            };
            if (days < -2) followUp.Done(i % 5 == 0 ? FollowStatuses.Skipped : FollowStatuses.Done, i % 5 == 0 ? "休業中のため見送り。" : results[i % results.Length], now.AddDays(days));
            db.FollowUps.Add(followUp);
        }

        await Save(cancellation);
    }

    /// <summary>A customer whose scales fail again and again: one complaint settled, the next open, overdue, and linked to it.</summary>
    private async Task Trouble(Row person, Row product, Setup.InquiryType type, Guid channel, List<Guid?> staff, DateTimeOffset now, CancellationToken cancellation)
    {
        var name = $"{person.Text("lastName")} {person.Text("firstName")}".Trim();
        var (first, again) = (Failure($"{product.Text("name")}が正しく量れず出荷が半日止まった", now.AddDays(-40)), Failure($"交換した{product.Text("name")}がまた狂う", now.AddDays(-3)));
        again.Recurrence = true;
        foreach (var inquiry in new[] { first, again })
        {
            inquiry.TakeIn(inquiry.ReceivedAt!.Value, null);
            inquiry.Promise(await desk.TargetOf(inquiry, cancellation), desk.Hours);
            db.Inquiries.Add(inquiry);
            db.Messages.Add(new Message { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = MessageKinds.Customer, At = inquiry.ReceivedAt, FromName = name, Address = inquiry.FromEmail, Subject = inquiry.Subject, Text = inquiry.Content });
        }

        Said(first, MessageKinds.Reply, first.ReceivedAt!.Value.AddHours(2), "ご迷惑をおかけしております。本日中に代替機をお持ちします。");
        first.Answer(first.ReceivedAt.Value.AddHours(2), first.OwnerId, desk.Hours);
        (first.Resolution, first.Cause, first.Satisfied, first.NotSatisfied) = ("代替機を納め、センサーを交換した。", "荷重センサーの断線（納品前の点検では見つからなかった）", "当日中の代替機の手配", "電話での操作案内");
        first.Close(first.ReceivedAt.Value.AddDays(2), first.OwnerId, desk.Hours);
        Said(again, MessageKinds.Note, again.ReceivedAt!.Value.AddHours(3), "前回と同じセンサー。製造元に調査を依頼した。回答までは代替機を置いたままにする。");
        db.Links.Add(new InquiryLink { InquiryId = again.Id, OtherId = first.Id, Kind = LinkKinds.Follows, OwnerId = again.OwnerId });
        db.Changes.AddRange([.. first.Steps, .. again.Steps]);
        await Save(cancellation);

        Inquiry Failure(string subject, DateTimeOffset received) => new()
        {
            Subject = subject, Content = "空の状態でも数値が動き、電源を入れ直しても直りません。出荷が止まっているので至急見に来てください。", TypeId = type.Id, QueueId = type.QueueId, Priority = Priorities.Urgent, PersonId = person.Id, CompanyId = person.Reference("companyId"), ProductId = product.Id, ChannelId = channel,
            FromName = name, FromEmail = person.Text("email"), ReceivedAt = received, OwnerId = staff.FirstOrDefault(), Complaint = true, ComplaintClass = ComplaintClasses.Product, ComplaintAbout = ["defect"],
        };

        void Said(Inquiry inquiry, string kind, DateTimeOffset at, string text) => db.Messages.Add(new Message { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = kind, At = at, FromName = tenant.Name, Text = text });
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
        if (dice.Next(20) == 0 && desk.Hours.Add(closed, TimeSpan.FromHours(3)) is { } again && desk.Hours.Add(again, TimeSpan.FromHours(2)) is { } end && end < now)
        {
            inquiry.Reopen(again, null, await desk.TargetOf(inquiry, cancellation), desk.Hours);
            inquiry.Close(end, inquiry.OwnerId, desk.Hours);
            closed = end;
        }

        if (dice.Next(3) > 0) return;
        inquiry.Score = Math.Clamp(5 - (int)(dice.NextDouble() * dice.NextDouble() * 5), 1, 5);
        db.Surveys.Add(new Survey { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, AskedAt = closed, AnsweredAt = closed.AddHours(2) > now ? now : closed.AddHours(2), Score = inquiry.Score });
    }

    private async Task Articles(Dictionary<string, Setup.InquiryType> types, Guid? by, DateTimeOffset now, CancellationToken cancellation)
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
            db.Articles.Add(article);
            Publish(article, now.AddDays(-90));
            if (type != "billing") continue;

            // One was improved since, and is being improved again.
            article.Body = body.Replace("2年分", "5年分", StringComparison.Ordinal) + "\n\n宛名を変えた再発行は、ご連絡の翌営業日にお送りします。";
            Publish(article, now.AddDays(-12));
            article.Body += "\n\n電子帳簿保存法に沿ったPDFでもお送りできます。";
        }

        await Save(cancellation);

        void Publish(Article article, DateTimeOffset at)
        {
            var version = article.Publish(at, by).Value;
            version.TenantId = db.TenantId;
            db.ArticleVersions.Add(version);
        }
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
