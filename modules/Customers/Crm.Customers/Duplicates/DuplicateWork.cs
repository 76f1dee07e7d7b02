using Crm.Customers.Contracts;
using Crm.Customers.Duplicates.Matching;
using Crm.Sdk;
using MediatR;

namespace Crm.Customers.Duplicates;

/// <summary>Says how well duplicates are found on a labelled file, or on a Japanese set made for it.</summary>
internal sealed class EvaluateDuplicatesHandler : IRequestHandler<EvaluateDuplicates, Result<DuplicateEvaluation>>
{
    public Task<Result<DuplicateEvaluation>> Handle(EvaluateDuplicates evaluate, CancellationToken cancellationToken)
    {
        List<Labelled> records;
        try
        {
            records = evaluate.Febrl is { } text ? FebrlFile.Read(new StringReader(text)) : JapaneseSet.Make(evaluate.Seed);
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            return Task.FromResult<Result<DuplicateEvaluation>>(Problems.Invalid(
                "customers.not-febrl", "file", ("Febrl 形式のファイルではありません。", "This is no file in the format of Febrl."),
                ("1行目に rec_id, given_name, surname … の見出しがある CSV を指定してください。", "Give a CSV whose first line names rec_id, given_name, surname …")));
        }

        var found = Evaluation.Of(records, evaluate.From);
        return Task.FromResult<Result<DuplicateEvaluation>>(new DuplicateEvaluation(found.Records, found.True, found.Found, found.Right, found.Precision, found.Recall, found.F));
    }
}
