// A customer in the form in which it is compared: keys, not spellings. The customer's own spelling is never touched.
using Crm.Customers.Companies;
using Crm.Customers.People;
using Crm.Customers.Shared;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Text;

namespace Crm.Customers.Duplicates.Matching;

/// <summary>What of a customer is compared. What is not known is empty and speaks neither for nor against.</summary>
internal sealed record Profile
{
    public Guid Id { get; init; }

    /// <summary>Key of the family name; of a company its whole name without the legal form.</summary>
    public string Family { get; init; } = "";

    /// <summary>Key of the given name; empty for a company.</summary>
    public string Given { get; init; } = "";

    public string FamilyKana { get; init; } = "";

    public string GivenKana { get; init; } = "";

    /// <summary>E.164.</summary>
    public string[] Phones { get; init; } = [];

    public string Email { get; init; } = "";

    public string WeakEmail { get; init; } = "";

    /// <summary>yyyyMMdd.</summary>
    public string Birth { get; init; } = "";

    public string PostalCode { get; init; } = "";

    /// <summary>Town and block in one key.</summary>
    public string Place { get; init; } = "";

    /// <summary>A number somebody official gave: 法人番号.</summary>
    public string Number { get; init; } = "";

    /// <summary>The main company of a person.</summary>
    public Guid? Company { get; init; }

    /// <summary>The company above; head office and branch are no duplicates.</summary>
    public Guid? Parent { get; init; }

    public bool IsCompany { get; init; }

    public static Profile Of(Person person) => new Profile
    {
        Id = person.Id,
        Family = PersonName.Key(person.LastName),
        Given = PersonName.Key(person.FirstName),
        FamilyKana = PersonName.KanaKey(person.LastNameKana),
        GivenKana = PersonName.KanaKey(person.FirstNameKana),
        Phones = PhonesOf(person.Mobile, person.Phone),
        Birth = person.BirthDate?.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture) ?? "",
        Company = person.CompanyId,
    }.With(person);

    public static Profile Of(Company company) => new Profile
    {
        Id = company.Id,
        IsCompany = true,
        Family = CompanyName.Parse(company.Name).Key,
        FamilyKana = PersonName.KanaKey(CompanyName.Parse(company.NameKana).Key),
        Phones = PhonesOf(company.Phone, company.Fax),
        Number = company.CorporateNumber ?? "",
        Parent = company.ParentId,
    }.With(company);

    public static string[] PhonesOf(params string?[] typed) =>
        [.. typed.Select(t => t is not null && Phone.TryParse(t, out var phone, out _) ? phone.E164 : null).OfType<string>().Distinct()];

    private Profile With(Customer customer)
    {
        var known = EmailKey.TryParse(customer.Email, out var email);
        return this with
        {
            Email = known ? email.Strict : "",
            WeakEmail = known ? email.Weak : "",
            PostalCode = PostalOf(customer.Address.PostalCode),
            Place = PlaceOf(customer.Address),
        };
    }

    /// <summary>The digits, and letters of codes abroad.</summary>
    public static string PostalOf(string? typed) => string.Concat(TextNormaliser.ForKey(typed).Where(char.IsLetterOrDigit));

    /// <summary>Town and block without prefecture and city: they are often left out, and the postal code tells them anyway.</summary>
    public static string PlaceOf(PostalAddress address)
    {
        if (string.IsNullOrWhiteSpace(address.Street)) return "";
        var key = AddressKey.Of(address);
        return key.Town.Length + key.Block.Length > 0 ? TextNormaliser.ForKey(key.Town) + key.Block : key.Key;
    }

    /// <summary>
    /// Keys under which records are looked at together: two records that share none are never compared. Each survives another kind of slip.
    /// </summary>
    public IEnumerable<long> Blocks()
    {
        if (Family.Length > 0) yield return Key('n', Family, Given);
        if (FamilyKana.Length > 0) yield return Key('k', FamilyKana, GivenKana);
        if (Family.Length > 0 && Given.Length > 0) yield return Key('n', Given, Family);
        foreach (var phone in Phones) yield return PhoneKey(phone);
        if (WeakEmail.Length > 0) yield return Key('e', WeakEmail, "");
        if (Birth.Length == 8)
        {
            yield return Key('b', Birth, "");
            if (Given.Length > 0) yield return Key('m', Birth[..4], Given);
        }

        if (Number.Length > 0) yield return Key('c', Number, "");
        if (PostalCode.Length > 0 && Place.Length > 0) yield return Key('a', PostalCode, Place);
        if (PostalCode.Length > 0 && Given.Length > 0) yield return Key('g', PostalCode, Given);
        if (PostalCode.Length > 0 && Family.Length > 0) yield return Key('f', PostalCode, Family);
    }

    /// <summary>The key of all who have a phone number.</summary>
    public static long PhoneKey(string phone) => Key('p', phone, "");

    /// <summary>FNV-1a over 64 bits: the same on every machine, because it is stored.</summary>
    private static long Key(char kind, string first, string second)
    {
        var hash = 14695981039346656037UL;
        Add(kind, ref hash);
        foreach (var c in first) Add(c, ref hash);
        Add('\u001f', ref hash);
        foreach (var c in second) Add(c, ref hash);
        return unchecked((long)hash);

        static void Add(char c, ref ulong hash)
        {
            hash = unchecked((hash ^ (byte)c) * 1099511628211UL);
            hash = unchecked((hash ^ (byte)(c >> 8)) * 1099511628211UL);
        }
    }
}
