// What is said when a typed value cannot be read, or can but looks odd; and what was probably meant.
namespace Crm.Sdk.Japan;

/// <summary>What is wrong with, or odd about, a typed value.</summary>
/// <param name="Problem">Code, message and cure in both languages; the caller adds the field.</param>
/// <param name="Suggestion">What was probably meant, to be offered and never put in silently; null when there is no good guess.</param>
public sealed record InputFlaw(Problem Problem, string? Suggestion = null);
