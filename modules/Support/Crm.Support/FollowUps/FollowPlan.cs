using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;

namespace Crm.Support.FollowUps;

/// <summary>What is to be done so many days after something happened.</summary>
internal sealed class FollowPlan : Record
{
    public string Name { get; set; } = "";

    /// <summary>After what: one of <see cref="SupportContract.Triggers"/> or a plugin's own word.</summary>
    public string StartedBy { get; set; } = SupportContract.Triggers.Purchase;

    /// <summary>Days after it; the day itself is not counted.</summary>
    public int Days { get; set; } = 7;

    public string Means { get; set; } = FollowMeans.Task;

    /// <summary>For what purpose of use its mails are sent; none goes out without one.</summary>
    public Guid? PurposeId { get; set; }

    /// <summary>Only after this product, when one is named.</summary>
    public Guid? ProductId { get; set; }

    public string? Subject { get; set; }

    public string? Text { get; set; }

    public bool Active { get; set; } = true;
}

internal static class FollowPlanFields
{
    public static readonly RecordType<FollowPlan> Type = RecordType.For<FollowPlan>(SupportContract.FollowPlan)
        .Titled("アフターフォロー計画", "Follow-up plan")
        .WithIcon("calendar-repeat")
        .TitledBy("name")
        .SortedBy("days")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(p => p.Name, "名称", "Name").Required().Max(100).InList()
            .Choice(p => p.StartedBy, "きっかけ", "After", FollowTriggers.All).OrOther().Required().Default(SupportContract.Triggers.Purchase).Indexed().InList()
                .Hint("購入、問い合わせの完了、滞在のどれか。プラグインが知らせる言葉も使えます。", "A purchase, an inquiry closed, a stay; or a word that a plugin tells.")
            .Number(p => p.Days, "何日後", "Days after").Required().Range(0, 3_650).Indexed().InList()
            .Choice(p => p.Means, "方法", "How", FollowMeans.All).Required().Default(FollowMeans.Task).InList()
                .Hint("メールは、同意台帳が利用目的を認めるお客様にだけ送り、ほかは作業になります。", "Mails go only to customers for whom the consent ledger allows the purpose; for others it becomes a task.")
            .Reference(p => p.PurposeId, "利用目的", "Purpose of use", CustomersContract.Purpose).Indexed().WithoutTab()
            .Reference(p => p.ProductId, "商品", "Product", CustomersContract.Product).Indexed()
                .Hint("空欄ならすべて。", "Any when empty.")
            .Text(p => p.Subject, "件名", "Subject").Max(200)
            .LongText(p => p.Text, "本文・作業内容", "Text").Max(8000)
                .Hint("{name} はお客様の名前、{product} は商品名になります。", "{name} becomes the customer's name, {product} the product's.")
            .YesNo(p => p.Active, "使う", "In use").Required().Default(true).InList())
        .Rule(MailsHaveAPurpose.Check);
}

/// <summary>A plan that sends mail says for what purpose: without one nobody could say whether it may.</summary>
internal static class MailsHaveAPurpose
{
    public static Problem? Check(FollowPlan plan) => plan is { Means: FollowMeans.Mail, PurposeId: null } ? Problems.Required("purposeId", ("利用目的", "Purpose of use")) : null;
}

/// <summary>What plans wait for, in words; a plugin's own stands as the plugin tells it.</summary>
internal static class FollowTriggers
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(SupportContract.Triggers.Purchase, "購入", "Purchase"),
        Choice.Of(SupportContract.Triggers.InquiryClosed, "問い合わせの完了", "Inquiry closed"),
        Choice.Of(SupportContract.Triggers.Stay, "滞在", "Stay"),
    ];
}

internal static class FollowMeans
{
    public const string Task = "task";
    public const string Mail = "mail";

    public static readonly IReadOnlyList<Choice> All = [Choice.Of(Task, "作業（電話・訪問など）", "Task (call, visit …)", "blue"), Choice.Of(Mail, "メール", "Mail", "purple")];
}

/// <summary>One follow-up of one customer. Its owner is who does it.</summary>
internal sealed class FollowUp : Record
{
    public Guid? PlanId { get; set; }

    public string Title { get; set; } = "";

    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public Guid? ProductId { get; set; }

    public DateOnly? DueOn { get; set; }

    public string Means { get; set; } = FollowMeans.Task;

    public string Status { get; set; } = FollowStatuses.Planned;

    public DateTimeOffset? DoneAt { get; set; }

    public string? Instruction { get; set; }

    public string? Result { get; set; }

    /// <summary>Plan and source: nothing is planned twice after the same purchase.</summary>
    public string? Key { get; set; }

    public Result Done(string status, string? result, DateTimeOffset now)
    {
        if (Status != FollowStatuses.Planned) return new Problem("support.follow-up-done", ("このフォローは終わっています。", "This follow-up is over."), Kind: ProblemKind.Conflict);
        (Status, DoneAt, Result) = (status, now, string.IsNullOrWhiteSpace(result) ? Result : result.Trim());
        return Sdk.Result.Done;
    }
}

internal static class FollowUpFields
{
    public static readonly RecordType<FollowUp> Type = RecordType.For<FollowUp>(SupportContract.FollowUp)
        .Titled("アフターフォロー", "Follow-up")
        .WithIcon("heart-handshake")
        .TitledBy("title")
        .SortedBy("dueOn")
        .View("予定", "Planned", "?filter[status]=planned&sort=dueOn&fields=title,dueOn,means,personId,companyId,owner")
        .View("予定日を過ぎたもの", "Overdue", "?filter[status]=planned&filter[dueOn]=@past&sort=dueOn&fields=title,dueOn,means,personId,companyId,owner")
        .View("自分の予定", "Mine", "?filter[status]=planned&filter[owner]=@me&sort=dueOn&fields=title,dueOn,means,personId,companyId")
        .OnTimelineOf("doneAt", "companyId", "personId")
        .Section("basic", "基本情報", "Basics", s => s
            .Text(f => f.Title, "件名", "Subject").Required().Max(200).Searchable().InList()
            .Date(f => f.DueOn, "予定日", "Due").Required().Indexed().InList()
            .Choice(f => f.Status, "状態", "Status", FollowStatuses.All).Required().Default(FollowStatuses.Planned).Indexed().InList()
            .Choice(f => f.Means, "方法", "How", FollowMeans.All).Required().Default(FollowMeans.Task).InList()
            .Reference(f => f.PersonId, "個人", "Person", CustomersContract.Person).Indexed().InList()
            .Reference(f => f.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(f => f.ProductId, "商品", "Product", CustomersContract.Product).Indexed().WithoutTab()
            .Reference(f => f.PlanId, "計画", "Plan", SupportContract.FollowPlan).Indexed()
            .LongText(f => f.Instruction, "内容", "What to do").Max(8000)
            .DateTime(f => f.DoneAt, "実施日時", "Done").Indexed().InList()
            .LongText(f => f.Result, "結果", "Result").Max(8000).Searchable());
}

internal static class FollowStatuses
{
    public const string Planned = "planned";
    public const string Done = "done";
    public const string Skipped = "skipped";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Planned, "予定", "Planned", "blue"),
        Choice.Of(Done, "実施済み", "Done", "green"),
        Choice.Of(Skipped, "見送り", "Skipped", "secondary"),
    ];
}
