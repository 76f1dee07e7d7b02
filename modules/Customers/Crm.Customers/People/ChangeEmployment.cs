using Crm.Customers.Companies;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.People;

/// <summary>A personnel change: ends the posts that run, starts the next, moves the person's main company; all or nothing.</summary>
internal sealed class ChangeEmploymentHandler(CustomersDb db, TimeProvider clock, ITenant tenant, IUser user, IEvents events)
    : IRequestHandler<ChangeEmployment, Result<Guid?>>
{
    public async Task<Result<Guid?>> Handle(ChangeEmployment change, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Person>(change.PersonId, RecordAction.Edit, cancellation: cancellationToken);
        if (loaded.Failed) return Result<Guid?>.Fail(loaded.Problems);
        var person = loaded.Value;
        if (change.CompanyId is { } companyId)
        {
            var company = await db.Load<Company>(companyId, RecordAction.Read, cancellation: cancellationToken);
            if (company.Failed) return company.Problems[0] with { Field = "companyId" };
            if (user.Reach(CustomersContract.Employment, RecordAction.Create) == Reach.None) return Problems.Forbidden(CustomersContract.Employment + ":create");
        }

        var on = change.From ?? clock.Today(tenant);
        if (!change.KeepOthers && await End(person, on, cancellationToken) is { } problem) return problem;

        var next = change.CompanyId is null ? null : new Employment
        {
            PersonId = person.Id, CompanyId = change.CompanyId, Department = change.Department, Title = change.Title,
            DecisionMaker = change.DecisionMaker, StartedOn = on, OwnerId = person.OwnerId,
        };
        if (next is not null) db.Employments.Add(next);
        if (!change.KeepOthers || person.CompanyId is null)
        {
            events.Raise(new EmploymentChanged(person.Id, person.CompanyId, change.CompanyId, on));
            person.CompanyId = change.CompanyId;
        }

        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid?>.Fail(saved.Problems) : next?.Id;
    }

    private async Task<Problem?> End(Person person, DateOnly on, CancellationToken cancellation)
    {
        var running = await db.Employments.Where(e => e.PersonId == person.Id && e.EndedOn == null).ToListAsync(cancellation);
        if (running.Find(e => e.StartedOn >= on) is { } later)
        {
            return new Problem(
                "customers.employment-before-the-last",
                ($"今の在籍が{later.StartedOn:yyyy-MM-dd}に始まっています。", $"The present post began on {later.StartedOn:yyyy-MM-dd}."),
                ("それより後の日付を入力するか、今の在籍を直してください。", "Enter a later day, or correct the present post."),
                "from");
        }

        if (running.Exists(e => !user.MayAct(CustomersContract.Employment, e.OwnerId, RecordAction.Edit))) return Problems.Forbidden(CustomersContract.Employment + ":edit");
        running.ForEach(e => e.EndedOn = on.AddDays(-1));
        return null;
    }
}

internal sealed class ChangeEmploymentRules : AbstractValidator<ChangeEmployment>
{
    public ChangeEmploymentRules()
    {
        RuleFor(c => c.Department).MaximumLength(EmploymentFields.Type["department"].MaxLength!.Value);
        RuleFor(c => c.Title).MaximumLength(EmploymentFields.Type["title"].MaxLength!.Value);
    }
}
