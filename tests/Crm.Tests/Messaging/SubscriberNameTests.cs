using Crm.Platform.Messaging;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Tests.Messaging;

/// <summary>A subscriber or event without a name of its own stops the start, and the error names it.</summary>
public sealed class SubscriberNameTests
{
    [Fact]
    public void A_handler_without_a_name_is_named_in_the_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Check(typeof(Told), typeof(Nameless)));
        Assert.Contains(nameof(Nameless), error.Message, StringComparison.Ordinal);
        Assert.Contains("[Subscriber(", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_handlers_of_one_name_are_both_named_in_the_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Check(typeof(Told), typeof(First), typeof(Second)));
        Assert.Contains(nameof(First), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Second), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_a_name_is_named_in_the_error() =>
        Assert.Contains(nameof(Untitled), Assert.Throws<InvalidOperationException>(() => Check(typeof(Untitled))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_handler_of_everything_hears_every_event()
    {
        var found = Check(typeof(Told), typeof(First), typeof(Everything));
        Assert.Equal(["test.everything", "test.one"], found.ByName.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(typeof(IEvent), found.ByName["test.everything"].Event);
    }

    private static Subscribers.Found Check(params Type[] types) => Subscribers.Check(1, types, _ => "test");

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
