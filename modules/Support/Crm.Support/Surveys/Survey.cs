using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;

namespace Crm.Support.Surveys;

/// <summary>The question after the end of an inquiry whether the customer was content, and the answer.</summary>
internal sealed class Survey : Record
{
    public const int Lowest = 1;
    public const int Highest = 5;

    public Guid? InquiryId { get; set; }

    public DateTimeOffset? AskedAt { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    public int? Score { get; set; }

    public string? Comment { get; set; }

    /// <summary>SHA-256 of the secret in the mail's links.</summary>
    public string? Secret { get; set; }
}

internal static class SurveyFields
{
    public static readonly RecordType<Survey> Type = RecordType.For<Survey>(SupportContract.Survey)
        .Titled("満足度アンケート", "Survey")
        .WithIcon("mood-smile")
        .TitledBy("askedAt")
        .SortedBy("-askedAt")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Reference(v => v.InquiryId, "問い合わせ", "Inquiry", SupportContract.Inquiry).Required().Indexed().InList()
            .DateTime(v => v.AskedAt, "送付", "Asked").Required().Indexed().InList()
            .DateTime(v => v.AnsweredAt, "回答", "Answered").Indexed().InList()
            .Number(v => v.Score, "満足度（1〜5）", "Score (1 to 5)").Range(Survey.Lowest, Survey.Highest).InList()
            .LongText(v => v.Comment, "コメント", "Comment").Max(2000).Searchable().InList());
}
