using Crm.Sdk.Records;
using MediatR;

namespace Crm.Sdk.Modules;

/// <summary>
/// Adds conditions of segments that are more than a field: a name people understand, and the filter it stands for. Fields of records, one's
/// own and added ones, and records that point to customers are conditions by themselves.
/// </summary>
public sealed class ConditionsBuilder
{
    private readonly ModuleDescription description;

    internal ConditionsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a condition.</summary>
    /// <param name="key">Lower case with dashes; begins with the module's key by itself.</param>
    /// <param name="recordType">Key of the record type it is about, such as <c>customers.person</c>.</param>
    /// <param name="ja">Name in Japanese, to be read with the value behind it: 許可の期限まで（日）.</param>
    /// <param name="en">Name in English.</param>
    /// <param name="filter">The filter for a value a person typed; called for each count, so it asks nobody.</param>
    public void Add(string key, string recordType, string ja, string en, Func<ConditionValue, Filter> filter) =>
        description.Add(description.Conditions, new SegmentCondition($"{description.Key}.{key}", recordType, new(ja, en), filter));
}

/// <summary>What a condition is asked with.</summary>
/// <param name="Text">What was typed; empty when nothing was.</param>
/// <param name="Today">The day it is asked as of, where the tenant is.</param>
public sealed record ConditionValue(string Text, DateOnly Today)
{
    /// <summary>What was typed as a whole number; 0 when it is none.</summary>
    public int Number => int.TryParse(Text, System.Globalization.NumberStyles.Integer, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>A condition a module or plugin added.</summary>
/// <param name="Key">Its key; persisted.</param>
/// <param name="RecordType">What it is about.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Filter">What it stands for.</param>
public sealed record SegmentCondition(string Key, string RecordType, Label Label, Func<ConditionValue, Filter> Filter);

/// <summary>The conditions of all modules and plugins that are on for the tenant.</summary>
public sealed record GetConditions : IRequest<Result<IReadOnlyList<SegmentCondition>>>;
