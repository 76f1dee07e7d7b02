using Crm.Architecture.Planted;
using Crm.Architecture.Tree;
using Mono.Cecil;

namespace Crm.Architecture;

/// <summary>Handlers are sealed: what a request does is read in one place.</summary>
internal static class HandlerRule
{
    private static readonly string[] Handlers = ["MediatR.IRequestHandler`1", "MediatR.IRequestHandler`2", "MediatR.INotificationHandler`1"];

    public static IEnumerable<Violation> In(IReadOnlyList<BuiltProject> built) =>
        from project in built
        from type in project.Assembly.MainModule.GetTypes()
        where type is { IsClass: true, IsAbstract: false, IsSealed: false } && type.Implements(Handlers)
        select new Violation(type.FullName, "is a handler that is not sealed");
}

public class HandlersTests(RealTree tree) : IClassFixture<RealTree>
{
    [Fact]
    public void Handlers_are_sealed() => Violation.AssertNone(HandlerRule.In(tree.Built));

    [Theory]
    [InlineData("MediatR.IRequestHandler`1")]
    [InlineData("MediatR.IRequestHandler`2")]
    [InlineData("MediatR.INotificationHandler`1")]
    public void A_planted_open_handler_is_found(string handler)
    {
        var planted = new PlantedAssembly("Crm.Deals")
            .Class("Crm.Deals.MoveDealHandler", TypeAttributes.NotPublic, implements: "MediatR:" + handler)
            .Class("Crm.Deals.WinDealHandler", TypeAttributes.NotPublic, derivesFrom: "Crm.Deals:Crm.Deals.MoveDealHandler")
            .Class("Crm.Deals.CloseDealHandler", TypeAttributes.NotPublic | TypeAttributes.Sealed, implements: "MediatR:" + handler)
            .Class("Crm.Deals.Handler", TypeAttributes.NotPublic | TypeAttributes.Abstract, implements: "MediatR:" + handler);

        var found = HandlerRule.In([planted.As(ProjectKind.Module)]);

        Assert.Equal(["Crm.Deals.MoveDealHandler", "Crm.Deals.WinDealHandler"], found.Select(v => v.What));
    }
}
