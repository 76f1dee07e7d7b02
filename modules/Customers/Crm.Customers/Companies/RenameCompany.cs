using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Text;
using Crm.Sdk.Users;
using FluentValidation;
using MediatR;

namespace Crm.Customers.Companies;

/// <summary>Gives a company its new name and keeps the old one with its last day.</summary>
internal sealed class RenameCompanyHandler(CustomersDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<RenameCompany, Result>
{
    public async Task<Result> Handle(RenameCompany rename, CancellationToken cancellationToken)
    {
        var company = await db.Load<Company>(rename.CompanyId, RecordAction.Edit, cancellation: cancellationToken);
        if (company.Failed) return company;

        var kana = rename.Kana is null ? null : TextNormaliser.ToKana(rename.Kana);
        var former = company.Value.Rename(rename.Name.Trim(), kana, rename.On ?? clock.Today(tenant));
        if (former.Failed) return former;

        db.FormerNames.Add(former.Value);
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}

internal sealed class RenameCompanyRules : AbstractValidator<RenameCompany>
{
    public RenameCompanyRules()
    {
        RuleFor(r => r.Name).NotEmpty().MaximumLength(CompanyFields.Type["name"].MaxLength!.Value);
        RuleFor(r => r.Kana).MaximumLength(CompanyFields.Type["nameKana"].MaxLength!.Value);
    }
}
