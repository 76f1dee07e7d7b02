using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using QRCoder;

namespace Crm.Host.Identity.Account;

/// <summary>A QR code as one path of an inline SVG: no image request, sharp at any size, dark on light in both themes.</summary>
public sealed class QrCode : ComponentBase
{
    private const string Size = "192";

    [Parameter, EditorRequired] public required string Text { get; set; }

    [Parameter, EditorRequired] public required string Label { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        using var code = QRCodeGenerator.GenerateQrCode(Text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                if (rows[y][x]) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "viewBox", $"0 0 {rows.Count} {rows.Count}");
        builder.AddAttribute(2, "width", Size);
        builder.AddAttribute(3, "height", Size);
        builder.AddAttribute(4, "role", "img");
        builder.AddAttribute(5, "aria-label", Label);
        builder.AddAttribute(6, "shape-rendering", "crispEdges");
        builder.AddMarkupContent(7, $"<path fill=\"#fff\" d=\"M0 0h{rows.Count}v{rows.Count}H0z\"/><path fill=\"#000\" d=\"{path}\"/>");
        builder.CloseElement();
    }
}
