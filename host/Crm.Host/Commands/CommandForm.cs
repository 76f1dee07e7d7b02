// Makes a request from a posted form: by way of JSON, so that a form and the API bind the same.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Tenancy;
using Microsoft.Extensions.Primitives;

namespace Crm.Host.Commands;

/// <summary>A posted form as a request.</summary>
/// <param name="Request">The request; null when the form does not fit.</param>
/// <param name="Problems">What is wrong with the form.</param>
/// <param name="Uploads">Files that came with it and are stored now.</param>
internal sealed record CommandForm(object? Request, IReadOnlyList<Problem> Problems, IReadOnlyList<Guid> Uploads)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Reads the form that came.</summary>
    public static async Task<CommandForm> Read(Type command, HttpContext http, ITenant tenant, IFiles files)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (values, uploads) = (form.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal), new List<Guid>());
        foreach (var upload in form.Files.Where(f => f.Length > 0))
        {
            await using var content = upload.OpenReadStream();
            uploads.Add(await files.Save(Path.GetFileName(upload.FileName), upload.ContentType, content, http.RequestAborted));
            values[upload.Name] = uploads[^1].ToString();
        }

        return Bind(command, values, tenant) with { Uploads = uploads };
    }

    /// <summary>Reads what stands in an address after the question mark; what the request does not have is refused, a misspelt filter must not mean "all".</summary>
    public static CommandForm Read(Type query, IQueryCollection values, ITenant tenant)
    {
        var known = new JsonSerializerOptions(Options).GetTypeInfo(query).Properties.Select(p => p.Name).ToList();
        var unknown = values.Keys.FirstOrDefault(k => !known.Contains(k));
        return unknown is null
            ? Bind(query, values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal), tenant)
            : new(null, [new Problem("unknown-parameter", ($"「{unknown}」というパラメータはありません。", $"There is no parameter “{unknown}”."), ($"使えるもの: {string.Join(", ", known)}", $"There are: {string.Join(", ", known)}."), unknown)], []);
    }

    private static CommandForm Bind(Type command, Dictionary<string, StringValues> values, ITenant tenant)
    {
        // Not kept across calls: a plugin's type must not outlive the plugin.
        var shape = new JsonSerializerOptions(Options).GetTypeInfo(command);
        var json = new JsonObject();
        var problems = new List<Problem>();
        foreach (var property in shape.Properties)
        {
            if (typeof(IReadOnlyDictionary<string, object?>).IsAssignableFrom(property.PropertyType))
            {
                json[property.Name] = Many(values, property.Name + ".");
                continue;
            }

            if (!values.TryGetValue(property.Name, out var typed)) continue;
            var node = Node(property.PropertyType, typed, tenant, out var bad);
            if (bad) problems.Add(Wrong(property.Name));
            else if (node is not null) json[property.Name] = node;
        }

        if (problems.Count > 0) return new(null, problems, []);
        try
        {
            return new(json.Deserialize(shape), [], []);
        }
        catch (JsonException wrong)
        {
            return new(null, [Wrong(wrong.Path?.TrimStart('$', '.'))], []);
        }
    }

    // "values.name=…&values.rank=…" becomes the dictionary of the property "values".
    private static JsonObject Many(Dictionary<string, StringValues> form, string prefix)
    {
        var many = new JsonObject();
        foreach (var (name, values) in form)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            many[name[prefix.Length..]] = values.Count == 1 ? values.ToString() : new JsonArray([.. values.Where(v => v?.Length > 0).Select(v => (JsonNode?)v)]);
        }

        return many;
    }

    private static JsonNode? Node(Type type, StringValues typed, ITenant tenant, out bool bad)
    {
        bad = false;
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var text = typed.ToString().Trim();
        if (bare == typeof(string)) return typed.ToString() is { Length: > 0 } given ? given : null;
        if (Element(bare) is { } element)
        {
            var items = new JsonArray();
            foreach (var item in typed)
            {
                if (Node(element, item, tenant, out bad) is { } node) items.Add(node);
                if (bad) return null;
            }

            return items;
        }

        if (text.Length == 0) return null;
        if (bare == typeof(bool)) return text is "true" or "on" or "1";
        if (bare == typeof(DateTimeOffset) && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment))
        {
            return moment.Kind == DateTimeKind.Utc ? moment : new DateTimeOffset(moment, tenant.TimeZone.GetUtcOffset(moment)).UtcDateTime;
        }

        if (bare == typeof(decimal) || bare == typeof(int) || bare == typeof(long))
        {
            var plain = text.Normalize(System.Text.NormalizationForm.FormKC).Replace(",", "", StringComparison.Ordinal).TrimStart('¥', '\\');
            bad = !decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || (bare != typeof(decimal) && decimal.Truncate(number) != number);
            return bad ? null : JsonValue.Create(number);
        }

        if (bare == typeof(Guid)) bad = !Guid.TryParse(text, out _);
        if (bare == typeof(DateOnly)) bad = !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        return bad ? null : text;
    }

    private static Type? Element(Type type) => type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericArguments() is [var one] && typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? one
        : null;

    private static Problem Wrong(string? field) => new(
        "bad-value", ("この値は読み取れません。", "This value cannot be read."), ("書き方を確認してください。", "Check how it is written."), field);
}
