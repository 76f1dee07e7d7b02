using System.Security.Cryptography;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Plugins;

/// <summary>Lets in what a publisher signs from now on.</summary>
/// <param name="Name">Whose key it is.</param>
/// <param name="Pem">The public key: ECDSA P-256, PEM.</param>
[Requires(PlatformPermissions.Installation)]
internal sealed record TrustKey(string Name, string Pem) : IRequest<Result>;

/// <summary>Trusts a key no more; what was installed with it stays.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record ForgetKey(string Name) : IRequest<Result>;

internal sealed class TrustKeyHandler(ControlDbs control, TimeProvider clock) : IRequestHandler<TrustKey, Result>, IRequestHandler<ForgetKey, Result>
{
    public async Task<Result> Handle(TrustKey request, CancellationToken cancellationToken)
    {
        var name = request.Name.Trim();
        if (name.Length is 0 or > 100) return new Problem("bad-value", ("鍵の名前を 100 文字以内で入力してください。", "Give the key a name of at most 100 characters."), Field: "name");
        if (!IsP256(request.Pem))
        {
            return new Problem(
                "bad-key", ("ECDSA P-256 の公開鍵（PEM）として読み取れません。", "This is no public key for ECDSA P-256 in PEM."), ("-----BEGIN PUBLIC KEY----- で始まるファイルの内容を貼り付けてください。", "Paste the file that begins with -----BEGIN PUBLIC KEY-----."), "pem");
        }

        await using var db = await control.Open();
        if (await db.PluginKeys.AnyAsync(k => k.Name == name, cancellationToken))
        {
            return new Problem("taken", ($"「{name}」という名前の鍵がすでにあります。", $"There is a key called “{name}” already."), ("別の名前にするか、先に削除してください。", "Use another name, or remove it first."), "name");
        }

        db.PluginKeys.Add(new PluginKeyRow { Name = name, Pem = request.Pem, AddedAt = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
        return Result.Done;
    }

    public async Task<Result> Handle(ForgetKey request, CancellationToken cancellationToken)
    {
        await using var db = await control.Open();
        await db.PluginKeys.Where(k => k.Name == request.Name).ExecuteDeleteAsync(cancellationToken);
        return Result.Done;
    }

    private static bool IsP256(string pem)
    {
        if (pem.Contains("PRIVATE", StringComparison.Ordinal)) return false;
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize == 256;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
