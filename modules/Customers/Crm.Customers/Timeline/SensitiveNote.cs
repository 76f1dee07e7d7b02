using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Timeline;

/// <summary>
/// A note that only some roles may read: health, complaints about people, what was said in confidence. A record type of its own, so that
/// rights by role decide about list, page, search, export, history and API alike; its text is encrypted and searched by nobody.
/// </summary>
internal sealed class SensitiveNote : Record
{
    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public DateTimeOffset? WrittenAt { get; set; }

    public string Title { get; set; } = "";
}

internal static class SensitiveNoteFields
{
    public static readonly RecordType<SensitiveNote> Type = RecordType.For<SensitiveNote>(CustomersContract.SensitiveNote)
        .Titled("取扱注意メモ", "Sensitive note")
        .WithIcon("lock")
        .TitledBy("title")
        .SortedBy("-writtenAt")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(n => n.Title, "件名", "Subject").Required().Max(200).InList().Hint("件名は閲覧を許された役割の人にだけ見えます。", "Seen only by roles that may read these notes.")
            .DateTime(n => n.WrittenAt, "日時", "When").Required().Indexed().InList()
            .Reference(n => n.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(n => n.PersonId, "個人", "Person", CustomersContract.Person).Indexed().InList()
            .LongText("text", "内容", "Text").Max(4000).Personal(PersonalData.Sensitive).Encrypted())
        .Rule(note => note.PersonId is not null || note.CompanyId is not null
            ? null
            : new Problem("customers.note-about-nobody", ("メモの対象が指定されていません。", "The note is about nobody."), ("会社か個人を選んでください。", "Choose a company or a person."), "companyId"));
}
