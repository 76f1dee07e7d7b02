using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Tests.Records;
using FluentValidation;
using MediatR;

namespace Crm.Tests.Api;

/// <summary>A module's command with something of everything, to try commands of the API on.</summary>
[Command("library.lend")]
internal sealed record LendBook(Guid BookId, DateOnly On, string? To = null) : IRequest<Result<LentBook>>
{
    public LendingKind Kind { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyDictionary<string, object?> Values { get; init; } = new Dictionary<string, object?>();
}

internal enum LendingKind
{
    AtHome,
    InTheReadingRoom,
}

internal sealed record LentBook(Guid BookId, DateOnly Until, Label Words, LendingKind Kind);

/// <summary>A command that nobody but administrators may send, and that has nothing to say.</summary>
[Command("library.close"), Requires("library.close")]
internal sealed record CloseLibrary : IRequest<Result>;

internal sealed class LendBookHandler(IMediator mediator) : IRequestHandler<LendBook, Result<LentBook>>, IRequestHandler<CloseLibrary, Result>
{
    public async Task<Result<LentBook>> Handle(LendBook lend, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, object?>(lend.Values) { ["extra.lentOn"] = lend.On };
        var saved = await mediator.Send(new SaveRecord(LibraryModule.Book, lend.BookId, values), cancellationToken);
        return saved.Failed ? Result<LentBook>.Fail(saved.Problems) : new LentBook(lend.BookId, lend.On.AddDays(14), ("貸出中", "On loan"), lend.Kind);
    }

    public Task<Result> Handle(CloseLibrary request, CancellationToken cancellationToken) => Task.FromResult(Result.Done);
}

internal sealed class LendBookRules : AbstractValidator<LendBook>
{
    public LendBookRules() => RuleFor(l => l.To).MaximumLength(20);
}
