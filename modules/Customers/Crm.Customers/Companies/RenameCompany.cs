using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Text;
using Crm.Sdk.Users;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Companies;

/// <summary>Gives a company its new name and keeps the old one with its last day.</summary>
internal sealed class RenameCompanyHandler(CustomersDb db, TimeProvider clock, ITenant tenant, IUser user) : IRequestHandler<RenameCompany, Result>
{
    public async Task<Result> Handle(RenameCompany rename, CancellationToken cancellationToken)
    {
        var name = rename.Name.Trim();
        var company = await db.Companies.SingleOrDefaultAsync(c => c.Id == rename.CompanyId, cancellationToken);
        if (company is null || !user.MayAct(CustomersContract.Company, company.OwnerId, RecordAction.Read))
        {
            return Problems.NotFound(CustomersContract.Company, rename.CompanyId);
        }

        if (!user.MayAct(CustomersContract.Company, company.OwnerId, RecordAction.Edit)) return Problems.Forbidden(CustomersContract.Company + ":edit");
        if (name == company.Name)
        {
            return new Problem(
                "customers.same-name",
                ("新しい社名が今の社名と同じです。", "The new name is the one it has."),
                ("新しい社名を入力してください。", "Enter the new name."),
                "name");
        }

        db.FormerNames.Add(company.Rename(name, rename.Kana is null ? null : TextNormaliser.ToKana(rename.Kana), rename.On ?? clock.Today(tenant)));
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
