// The schemas of one record type: as it is answered, as it is created, as it is changed.
using System.Globalization;
using Crm.Host.Api.Json;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

internal sealed class RecordSchemas(ITenant tenant)
{
    /// <summary><c>customers.company</c> → <c>CustomersCompany</c>.</summary>
    public static string Name(string key) => string.Concat(key.Split('.', '-', '_').Where(p => p.Length > 0).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));

    public OpenApiSchema Answered(RecordType type)
    {
        var schema = Shape.Object(("id", Shape.Id()), ("version", Shape.Whole()));
        foreach (var field in type.Fields) Put(schema, field, Value(field, isInput: false), withCurrency: true);
        schema.Description = type.Label.ToString();
        return schema;
    }

    public OpenApiSchema Created(RecordType type)
    {
        var schema = Closed();
        foreach (var field in type.Fields.Where(f => !f.ReadOnly)) Put(schema, field, Value(field, isInput: true), required: field is { Required: true, Default: null });
        return schema;
    }

    public OpenApiSchema Changed(RecordType type)
    {
        var schema = Closed();
        schema.Properties!["id"] = Shape.Id();
        foreach (var field in type.Fields.Where(f => !f.ReadOnly)) Put(schema, field, Value(field, isInput: true));
        return schema;
    }

    /// <summary>What a value of a field looks like.</summary>
    public OpenApiSchema Value(Field field, bool isInput)
    {
        var schema = Kind(field, isInput);
        schema.Title = field.Label.ToString();
        schema.Description = field.Hint?.ToString();
        if (field.ReadOnly) schema.ReadOnly = true;

        // What was stored before a field became required, or a choice went away, is answered as it is.
        if (!isInput || !field.Required) schema.Nullable();
        return schema;
    }

    private static OpenApiSchema Kind(Field field, bool isInput)
    {
        switch (field.Kind)
        {
            case FieldKind.Number:
                return new()
                {
                    Type = JsonSchemaType.Number, Minimum = isInput ? field.Min?.ToString(CultureInfo.InvariantCulture) : null, Maximum = isInput ? field.Max?.ToString(CultureInfo.InvariantCulture) : null,
                };
            case FieldKind.Money:
                return new() { Type = JsonSchemaType.String, Pattern = @"^-?\d+(\.\d{1,4})?$" };
            case FieldKind.YesNo:
                return Shape.YesNo();
            case FieldKind.Date:
                return new() { Type = JsonSchemaType.String, Format = "date" };
            case FieldKind.DateTime:
                return Shape.Moment();
            case FieldKind.Time:
                return new() { Type = JsonSchemaType.String, Pattern = @"^\d{2}:\d{2}(:\d{2})?$" };
            case FieldKind.Choice:
                return isInput && field is { Choices.Count: > 0, OrOther: false } ? Shape.OneOf(field.Choices.Select(c => c.Key)) : Shape.Text();
            case FieldKind.MultiChoice:
                return Shape.List(isInput && field.Choices.Count > 0 ? Shape.OneOf(field.Choices.Select(c => c.Key)) : Shape.Text());
            case FieldKind.Reference or FieldKind.User or FieldKind.File:
                return Shape.Id();
            case FieldKind.Email:
                return new() { Type = JsonSchemaType.String, Format = "email", MaxLength = isInput ? 254 : null };
            default:
                return new() { Type = JsonSchemaType.String, MaxLength = isInput ? field.MaxLength : null, Pattern = isInput && field.Pattern is { } pattern ? $"^(?:{pattern})$" : null };
        }
    }

    // A dotted key stands under "fields", step by step.
    private void Put(OpenApiSchema record, Field field, OpenApiSchema value, bool required = false, bool withCurrency = false)
    {
        var path = field.Key.Split('.');
        var place = record;
        if (path.Length > 1)
        {
            place = Child(place, "fields", required, closed: record.AdditionalPropertiesAllowed);
            foreach (var step in path[..^1]) place = Child(place, step, required, closed: record.AdditionalPropertiesAllowed);
        }

        place.Properties![path[^1]] = value;
        if (required) place.Required!.Add(path[^1]);
        if (field.Kind != FieldKind.Money) return;
        value.Description = string.Join(' ', new[] { value.Description, tenant.Currency }.OfType<string>());
        if (withCurrency) place.Properties[path[^1] + RecordBody.Currency] = Shape.Text();
    }

    private static OpenApiSchema Child(OpenApiSchema parent, string name, bool required, bool closed)
    {
        if (required) parent.Required!.Add(name);
        if (parent.Properties!.TryGetValue(name, out var known)) return (OpenApiSchema)known;
        var child = Shape.Object();
        child.AdditionalPropertiesAllowed = closed;
        parent.Properties[name] = child;
        return child;
    }

    private static OpenApiSchema Closed()
    {
        var schema = Shape.Object();
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }
}
