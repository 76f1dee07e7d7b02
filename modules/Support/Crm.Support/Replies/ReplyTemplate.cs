using System.Text.RegularExpressions;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;

namespace Crm.Support.Replies;

/// <summary>Words that are written again and again, with places for the customer's name and the like.</summary>
internal sealed class ReplyTemplate : Record
{
    public string Name { get; set; } = "";

    public string Text { get; set; } = "";

    /// <summary>The type of inquiry it is for; null for all.</summary>
    public Guid? TypeId { get; set; }

    public int Position { get; set; }
}

internal static class ReplyTemplateFields
{
    public static readonly RecordType<ReplyTemplate> Type = RecordType.For<ReplyTemplate>(SupportContract.ReplyTemplate)
        .Titled("返信の定型文", "Reply template")
        .WithIcon("template")
        .TitledBy("name")
        .SortedBy("position")
        .NotInMenu()
        .Section("basic", "基本情報", "Basics", s => s
            .Text(t => t.Name, "名称", "Name").Required().Max(100).Searchable().InList()
            .Reference(t => t.TypeId, "種類", "Type", SupportContract.Type).WithoutTab().InList()
                .Hint("空欄ならどの問い合わせにも使えます。", "For all inquiries when empty.")
            .Number(t => t.Position, "並び順", "Order").Default(100m).Indexed().InList()
            .LongText(t => t.Text, "本文", "Text").Required().Max(8000).Searchable()
                .Hint(Placeholders.HintJa, Placeholders.HintEn))
        .Rule(ATemplateNamesPlacesThatThereAre.Check);
}

/// <summary>The places of a template that an inquiry fills: <c>{{お客様}}</c>, in English <c>{{customer}}</c>.</summary>
internal static partial class Placeholders
{
    public const string HintJa = "{{お客様}} {{会社}} {{受付番号}} {{件名}} {{担当者}} は問い合わせの内容に置き換わります。";
    public const string HintEn = "{{customer}} {{company}} {{number}} {{subject}} {{staff}} are filled in from the inquiry.";

    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["customer"] = Customer, ["お客様"] = Customer, ["company"] = Company, ["会社"] = Company, ["number"] = Number, ["受付番号"] = Number,
        ["subject"] = Subject, ["件名"] = Subject, ["staff"] = Staff, ["担当者"] = Staff,
    };

    public const string Customer = "customer";
    public const string Company = "company";
    public const string Number = "number";
    public const string Subject = "subject";
    public const string Staff = "staff";

    /// <summary>The text with its places filled; what nobody knows is left out.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string?> values) =>
        Place().Replace(text, m => Known.TryGetValue(m.Groups[1].Value, out var key) ? values.GetValueOrDefault(key) ?? "" : m.Value);

    /// <summary>A place that nothing fills; null when there is none.</summary>
    public static string? Unknown(string text) => Place().Matches(text).Select(m => m.Groups[1].Value).FirstOrDefault(name => !Known.ContainsKey(name));

    [GeneratedRegex(@"\{\{\s*([^{}]{0,40}?)\s*\}\}", RegexOptions.None, matchTimeoutMilliseconds: 500)]
    private static partial Regex Place();
}

/// <summary>A misspelt place would go out to a customer.</summary>
internal static class ATemplateNamesPlacesThatThereAre
{
    public static Problem? Check(ReplyTemplate template) => Placeholders.Unknown(template.Text) is not { } unknown ? null : Problems.Invalid(
        "support.unknown-place", "text", ($"「{{{{{unknown}}}}}」という差し込みはありません。", $"There is no place “{{{{{unknown}}}}}”."),
        ($"使えるのは次のとおりです。{Placeholders.HintJa}", $"These are known: {Placeholders.HintEn}"));
}
