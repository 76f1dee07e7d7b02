using Crm.Customers;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Pipelines;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Deals;

/// <summary>Short words for what the tests of Deals do over and over.</summary>
internal static class DealsHost
{
    public static readonly DateOnly Today = new(2026, 11, 20);

    public static Task<TestHost> Start(string database) => TestHost.Start(database, new CustomersModule(), new DealsModule());

    /// <summary>A stage of the pipeline every tenant begins with.</summary>
    public static async Task<Guid> Stage(this TestHost crm, string code)
    {
        await using var scope = await crm.Scope();
        return await scope.Of<DealsDb>("deals").Stages.Where(s => s.Code == code).Select(s => s.Id).SingleAsync();
    }

    public static async Task<Guid> LossReason(this TestHost crm, string code)
    {
        await using var scope = await crm.Scope();
        return await scope.Of<DealsDb>("deals").LossReasons.Where(r => r.Code == code).Select(r => r.Id).SingleAsync();
    }

    /// <summary>A deal with 青葉製作所 in a stage, with all its stages ask for.</summary>
    public static async Task<Guid> Deal(this TestHost crm, string name, string stage = "approach", params (string Field, object? Value)[] more)
    {
        var company = await crm.Company("株式会社青葉製作所");
        var person = await crm.Person("高橋", "美咲", ("companyId", company));
        (string Field, object? Value)[] values =
        [
            ("name", name), ("companyId", company), ("personId", person), ("stageId", await crm.Stage(stage)), ("amount", 1_200_000m), ("expectedClose", "2026-12-25"), ("openedOn", "2026-10-01"), ("content", "資材の年間契約"),
        ];
        return await crm.Save(DealsContract.Deal, [.. values.Where(v => !more.Any(m => m.Field == v.Field)), .. more]);
    }

    public static Task<Guid> Line(this TestHost crm, Guid deal, string product, decimal quantity, decimal price, params (string Field, object? Value)[] more) =>
        crm.Save(DealsContract.Line, [("dealId", deal), ("productName", product), ("quantity", quantity), ("unitPrice", price), .. more]);

    public static async Task Do(this TestHost crm, IRequest<Result> step)
    {
        var done = await crm.Send(step);
        Assert.True(!done.Failed, string.Join("\n", done.Problems.Select(p => $"{p.Code} {p.Field}: {p.Message.En}")));
    }

    public static async Task<string> Refused(this TestHost crm, IRequest<Result> step)
    {
        var done = await crm.Send(step);
        Assert.True(done.Failed, "it was let through");
        return done.Problems[0].Code;
    }

    public static async Task<List<StageChange>> Changes(this TestHost crm, Guid deal)
    {
        await using var scope = await crm.Scope();
        return await scope.Of<DealsDb>("deals").Changes.Where(c => c.DealId == deal).OrderBy(c => c.At).ToListAsync();
    }
}
