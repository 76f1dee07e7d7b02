using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Companies;

/// <summary>Gives a company its new name and keeps the old one with its last day.</summary>
internal sealed class RenameCompanyHandler(CustomersDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<RenameCompany, Result>
{
    public async Task<Result> Handle(RenameCompany rename, CancellationToken cancellationToken)
    {
        var name = rename.Name?.Trim() ?? "";
        if (name.Length == 0) return Problems.Required("name", ("会社名", "Name"));

        var company = await db.Companies.SingleOrDefaultAsync(c => c.Id == rename.CompanyId, cancellationToken);
        if (company is null) return Problems.NotFound(CustomersContract.Company, rename.CompanyId);
        if (name == company.Name)
        {
            return new Problem(
                "customers.same-name",
                ("新しい社名が今の社名と同じです。", "The new name is the one it has."),
                ("新しい社名を入力してください。", "Enter the new name."),
                "name");
        }

        db.FormerNames.Add(company.Rename(name, rename.Kana, rename.On ?? clock.Today(tenant)));
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}
