using Crm.Platform.Modules;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Tests.Messaging;

/// <summary>A subscriber or event without a name of its own keeps its module from running, and the fault names it.</summary>
public sealed class SubscriberNameTests
{
    [Fact]
    public void A_handler_without_a_name_is_named_in_the_error()
    {
        var fault = Assert.Single(Check(typeof(Told), typeof(Nameless)).Faults);
        Assert.Contains(nameof(Nameless), fault.En, StringComparison.Ordinal);
        Assert.Contains("[Subscriber(", fault.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_handlers_of_one_name_are_both_named_in_the_error()
    {
        var fault = Assert.Single(Check(typeof(Told), typeof(First), typeof(Second)).Faults);
        Assert.Contains(nameof(First), fault.En, StringComparison.Ordinal);
        Assert.Contains(nameof(Second), fault.En, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_a_name_is_named_in_the_error() =>
        Assert.Contains(nameof(Untitled), Assert.Single(Check(typeof(Untitled)).Faults).En, StringComparison.Ordinal);

    [Fact]
    public void A_handler_of_everything_hears_every_event()
    {
        var found = Check(typeof(Told), typeof(First), typeof(Everything));
        Assert.Equal(["test.everything", "test.one"], found.Subscribers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(typeof(IEvent), found.Subscribers["test.everything"].Event);
    }

    private static ModuleTypes Check(params Type[] types) => ModuleTypes.Of("test", types);

    [Event("test.told.v1")]
    private sealed record Told : IEvent;

    private sealed record Untitled : IEvent;

    private sealed class Nameless : INotificationHandler<Told>
    {
        public Task Handle(Told notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Subscriber("test.one")]
    private sealed class First : INotificationHandler<Told>
    {
        public Task Handle(Told notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Subscriber("test.one")]
    private sealed class Second : INotificationHandler<Told>
    {
        public Task Handle(Told notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Subscriber("test.everything")]
    private sealed class Everything : INotificationHandler<IEvent>
    {
        public Task Handle(IEvent notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
