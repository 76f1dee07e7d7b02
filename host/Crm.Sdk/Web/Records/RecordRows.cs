using System.Globalization;
using Crm.Sdk.Records;
using Microsoft.AspNetCore.Components.Rendering;

namespace Crm.Sdk.Web;

/// <summary>The rows of a list, written straight into the page: components for five hundred values would cost more than all the rest.</summary>
internal sealed class RecordRows(RecordPage list, IReadOnlyList<Field> fields, bool selectable, string? moreHref, ScreenContext context)
{
    public void Write(RenderTreeBuilder page)
    {
        var places = new int[fields.Count];
        for (var i = 0; i < places.Length; i++) places[i] = IndexOf(list.Fields, fields[i]);
        var titleAt = TitleColumn();

        foreach (var row in list.Rows)
        {
            var href = Routes.Record(list.Type.Key, row.Id);
            page.OpenElement(0, "tr");
            page.AddAttribute(1, "data-href", href);
            if (selectable) Pick(page, row.Id);
            for (var i = 0; i < places.Length; i++)
            {
                var field = fields[i];
                var value = row.Values[places[i]];
                page.OpenElement(2, "td");
                if (FieldMarkup.IsNumber(field)) page.AddAttribute(3, "class", "number");
                if (i == titleAt) page.AddAttribute(4, "class", "title");
                else if (list.Type.TitleFields.Contains(field.Key)) page.AddAttribute(4, "class", "title-rest");
                else if (value is not (null or "")) page.AddAttribute(5, "data-label", field.Label.ToString());
                if (i == titleAt) Title(page, field, value, href);
                else FieldMarkup.Write(page, field, value, context.Tenant, list.Titles, brief: true, href);
                page.CloseElement();
            }

            page.CloseElement();
        }

        if (list.Next is not null && moreHref is not null) More(page, moreHref);
    }

    private void Title(RenderTreeBuilder page, Field field, object? value, string href)
    {
        page.OpenElement(6, "a");
        page.AddAttribute(7, "href", href);
        page.AddContent(8, value is null or "" ? Texts.L("(名称なし)", "(no name)") : ValueText.Of(field, value, context.Tenant, list.Titles));
        page.CloseElement();
    }

    private static void Pick(RenderTreeBuilder page, Guid id)
    {
        page.OpenElement(9, "td");
        page.AddAttribute(10, "class", "pick");
        page.OpenElement(11, "input");
        page.AddAttribute(12, "class", "form-check-input");
        page.AddAttribute(13, "type", "checkbox");
        page.AddAttribute(14, "name", "ids");
        page.AddAttribute(15, "value", id.ToString());
        page.AddAttribute(16, "aria-label", Texts.L("選択", "Select"));
        page.CloseElement();
        page.CloseElement();
    }

    // The last row asks for the next ones and is replaced by them; without JavaScript it is a link to the next page.
    private void More(RenderTreeBuilder page, string href)
    {
        page.OpenElement(17, "tr");
        page.AddAttribute(18, "class", "more");
        page.OpenElement(19, "td");
        page.AddAttribute(20, "colspan", fields.Count + (selectable ? 1 : 0));
        page.OpenElement(21, "a");
        page.AddAttribute(22, "class", "btn btn-ghost-primary");
        page.AddAttribute(23, "href", href);
        page.AddAttribute(24, "hx-get", href);
        page.AddAttribute(25, "hx-target", "closest tr");
        page.AddAttribute(26, "hx-swap", "outerHTML");
        page.AddAttribute(27, "hx-select", "[data-records] > tbody > tr");
        page.AddContent(28, Texts.L("さらに表示", "Show more"));
        page.CloseElement();
        page.CloseElement();
        page.CloseElement();
    }

    private int TitleColumn()
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (list.Type.TitleFields.Contains(fields[i].Key)) return i;
        }

        return 0;
    }

    private static int IndexOf(IReadOnlyList<Field> fields, Field field)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Key == field.Key) return i;
        }

        throw new InvalidOperationException($"The page does not carry the field {field.Key}.");
    }
}
