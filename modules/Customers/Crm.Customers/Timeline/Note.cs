using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Timeline;

/// <summary>A free note about a company or a person: what was said, agreed, noticed.</summary>
internal sealed class Note : Record
{
    public Guid? PersonId { get; set; }

    public Guid? CompanyId { get; set; }

    public DateTimeOffset? WrittenAt { get; set; }

    public string Title { get; set; } = "";

    public string? Text { get; set; }
}

internal static class NoteFields
{
    public static readonly RecordType<Note> Type = RecordType.For<Note>(CustomersContract.Note)
        .Titled("メモ", "Note")
        .WithIcon("note")
        .TitledBy("title")
        .SortedBy("-writtenAt")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(n => n.Title, "件名", "Subject").Required().Max(200).Searchable().InList()
            .DateTime(n => n.WrittenAt, "日時", "When").Required().Indexed().InList()
            .Reference(n => n.CompanyId, "会社", "Company", CustomersContract.Company).Indexed().InList()
            .Reference(n => n.PersonId, "個人", "Person", CustomersContract.Person).Indexed().InList()
            .Markdown(n => n.Text, "内容", "Text").Max(20_000).Searchable().Personal(PersonalData.Life))
        .Rule(NoteIsAboutSomebody.Check);
}

/// <summary>A note is about somebody.</summary>
internal static class NoteIsAboutSomebody
{
    public static Problem? Check(Note note) => note.PersonId is not null || note.CompanyId is not null
        ? null
        : new Problem(
            "customers.note-about-nobody",
            ("メモの対象が指定されていません。", "The note is about nobody."),
            ("会社か個人を選んでください。", "Choose a company or a person."),
            "companyId");
}
