using Crm.Customers.Contracts;
using Crm.Customers.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Customers.Companies;

/// <summary>A company we deal with: a legal entity or a sole proprietor, or one of its branches, works and sites.</summary>
internal sealed class Company : Customer
{
    public string Name { get; set; } = "";

    public string? NameKana { get; set; }

    /// <summary>Names it had before, for search; written from the former-name records.</summary>
    public string? FormerNames { get; set; }

    public string? Kind { get; set; }

    public string? Status { get; set; }

    /// <summary>法人番号: 13 digits. Typed with blanks, dashes or full width, kept as digits.</summary>
    public string? CorporateNumber
    {
        get;
        set => field = Crm.Sdk.Japan.CorporateNumber.TryParse(value, out var number, out _) ? number.ToString() : value;
    }

    /// <summary>適格請求書発行事業者の登録番号: T and 13 digits.</summary>
    public string? InvoiceNumber
    {
        get;
        set => field = Crm.Sdk.Japan.InvoiceNumber.TryParse(value, out var number, out _) ? number.ToString() : value;
    }

    public string? Fax { get; set; }

    public string? Representative { get; set; }

    public string? RepresentativeTitle { get; set; }

    public string? Industry { get; set; }

    public string? Business { get; set; }

    public DateOnly? FoundedOn { get; set; }

    public int? Employees { get; set; }

    public decimal? Capital { get; set; }

    public string? Site { get; set; }

    public string? PaymentTerms { get; set; }

    public string? PaymentNote { get; set; }

    public Guid? ParentId { get; set; }

    public string? Relation { get; set; }

    /// <summary>A company found by an old name is still the same company. Answers with the old name, to be kept beside it.</summary>
    public Result<FormerName> Rename(string newName, string? newKana, DateOnly on)
    {
        if (newName == Name)
        {
            return new Problem(
                "customers.same-name",
                ("新しい社名が今の社名と同じです。", "The new name is the one it has."),
                ("新しい社名を入力してください。", "Enter the new name."),
                "name");
        }

        var former = new FormerName
        {
            CompanyId = Id, Name = Name, NameKana = NameKana, Kind = FormerNameKinds.Renamed, Until = on.AddDays(-1), OwnerId = OwnerId,
        };
        Raise(new CompanyRenamed(Id, Name, newName, on));
        (Name, NameKana) = (newName, newKana);
        FormerNames = FormerName.Joined([former.Text, .. FormerNames is null ? [] : (string[])[FormerNames]]);
        return former;
    }
}
