using System.Globalization;
using System.Text.Json;
using Crm.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Storage;

/// <summary>Users for ASP.NET Core Identity. Its user name is the e-mail address, which names one user only within a tenant.</summary>
internal sealed class UserStore(ControlSession control, IDataProtectionProvider protection) :
    IUserPasswordStore<User>, IUserSecurityStampStore<User>, IUserLockoutStore<User>, IUserTwoFactorStore<User>,
    IUserAuthenticatorKeyStore<User>, IUserTwoFactorRecoveryCodeStore<User>, IUserPasskeyStore<User>
{
    private readonly IDataProtector totpKeys = protection.CreateProtector("crm.identity.totp");

    public void Dispose()
    {
        // The scope ends the context.
    }

    public async Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken)
    {
        var db = await control.Db();
        db.Users.Add(user);
        await db.SaveChangesAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken)
    {
        await (await control.Db()).SaveChangesAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> DeleteAsync(User user, CancellationToken cancellationToken)
    {
        var db = await control.Db();
        db.Users.Remove(user);
        await db.SaveChangesAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, CultureInfo.InvariantCulture, out var id) ? await (await control.Db()).Users.FindAsync([id], cancellationToken) : null;

    /// <summary>Only an address that is in one tenant alone finds its user; signing in asks the tenants itself.</summary>
    public async Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        var key = User.KeyOf(normalizedUserName);
        var found = await (await control.Db()).Users.Where(u => u.EmailKey == key).Take(2).ToListAsync(cancellationToken);
        return found is [var only] ? only : null;
    }

    public Task<string> GetUserIdAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(User user, string? userName, CancellationToken cancellationToken)
    {
        user.Email = userName ?? throw new ArgumentNullException(nameof(userName));
        user.EmailKey = User.KeyOf(userName);
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.EmailKey);

    /// <summary>Nothing to do: the key follows the address.</summary>
    public Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetPasswordHashAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task SetPasswordHashAsync(User user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(User user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Stamp);

    public Task SetSecurityStampAsync(User user, string stamp, CancellationToken cancellationToken)
    {
        user.Stamp = stamp;
        return Task.CompletedTask;
    }

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(User user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        user.LockoutEnd = lockoutEnd?.ToUniversalTime();
        return Task.CompletedTask;
    }

    /// <summary>Counts in the database, so that guesses sent side by side are all counted.</summary>
    public async Task<int> IncrementAccessFailedCountAsync(User user, CancellationToken cancellationToken)
    {
        var db = await control.Db();
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(s => s.SetProperty(u => u.FailedCount, u => u.FailedCount + 1), cancellationToken);
        await db.Entry(user).ReloadAsync(cancellationToken);
        return user.FailedCount;
    }

    public Task ResetAccessFailedCountAsync(User user, CancellationToken cancellationToken)
    {
        user.FailedCount = 0;
        return Task.CompletedTask;
    }

    public Task<int> GetAccessFailedCountAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.FailedCount);

    public Task<bool> GetLockoutEnabledAsync(User user, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Nothing to do: nobody is spared.</summary>
    public Task SetLockoutEnabledAsync(User user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> GetTwoFactorEnabledAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.TwoFactor);

    public Task SetTwoFactorEnabledAsync(User user, bool enabled, CancellationToken cancellationToken)
    {
        user.TwoFactor = enabled;
        return Task.CompletedTask;
    }

    public Task<string?> GetAuthenticatorKeyAsync(User user, CancellationToken cancellationToken) =>
        Task.FromResult(user.TotpKey is null ? null : totpKeys.Unprotect(user.TotpKey));

    public Task SetAuthenticatorKeyAsync(User user, string key, CancellationToken cancellationToken)
    {
        user.TotpKey = totpKeys.Protect(key);
        return Task.CompletedTask;
    }

    public Task ReplaceCodesAsync(User user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        user.RecoveryCodes = [.. recoveryCodes.Select(HashOf)];
        return Task.CompletedTask;
    }

    /// <summary>Takes a recovery code out. The row is held meanwhile: of two requests with one code, the later finds it gone.</summary>
    public async Task<bool> RedeemCodeAsync(User user, string code, CancellationToken cancellationToken)
    {
        var (db, hash) = (await control.Db(), HashOf(code));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(s => s.SetProperty(u => u.FailedCount, u => u.FailedCount), cancellationToken);
        await db.Entry(user).ReloadAsync(cancellationToken);
        if (!user.RecoveryCodes.Contains(hash)) return false;
        user.RecoveryCodes = [.. user.RecoveryCodes.Where(c => c != hash)];
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Notes that a code of this half minute was accepted; false when one of it or of a later one was already. Decided by the database,
    /// so that two requests with one code do not both get through.
    /// </summary>
    public async Task<bool> UseTotp(User user, long step, CancellationToken cancellationToken)
    {
        var (db, used) = (await control.Db(), step.ToString("D10", CultureInfo.InvariantCulture));
        var rows = await db.Users.Where(u => u.Id == user.Id && (u.TotpUsed == null || u.TotpUsed.Length < used.Length || string.Compare(u.TotpUsed, used) < 0))
            .ExecuteUpdateAsync(s => s.SetProperty(u => u.TotpUsed, used), cancellationToken);
        await db.Entry(user).ReloadAsync(cancellationToken);
        return rows == 1;
    }

    public Task<int> CountCodesAsync(User user, CancellationToken cancellationToken) => Task.FromResult(user.RecoveryCodes.Length);

    public async Task AddOrUpdatePasskeyAsync(User user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var db = await control.Db();
        var credential = Secrets.HexHash(passkey.CredentialId);
        var data = JsonSerializer.Serialize(PasskeyData.Of(passkey), Json.Compact);
        var row = await db.Passkeys.SingleOrDefaultAsync(p => p.Credential == credential && p.UserId == user.Id, cancellationToken);
        if (row is not null) row.Data = data;
        else
        {
            db.Passkeys.Add(new PasskeyRow
            {
                UserId = user.Id, Credential = credential, Name = passkey.Name ?? "", Data = data, CreatedAt = passkey.CreatedAt.ToUniversalTime(),
            });
        }
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken)
    {
        var rows = await (await control.Db()).Passkeys.Where(p => p.UserId == user.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(Info)];
    }

    public async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        var db = await control.Db();
        var credential = Secrets.HexHash(credentialId);
        var owner = await db.Passkeys.Where(p => p.Credential == credential).Select(p => (Guid?)p.UserId).SingleOrDefaultAsync(cancellationToken);
        return owner is null ? null : await db.Users.FindAsync([owner.Value], cancellationToken);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        var credential = Secrets.HexHash(credentialId);
        var row = await (await control.Db()).Passkeys.SingleOrDefaultAsync(p => p.Credential == credential && p.UserId == user.Id, cancellationToken);
        return row is null ? null : Info(row);
    }

    public async Task RemovePasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken)
    {
        var db = await control.Db();
        var credential = Secrets.HexHash(credentialId);
        db.Passkeys.RemoveRange(await db.Passkeys.Where(p => p.Credential == credential && p.UserId == user.Id).ToListAsync(cancellationToken));
    }

    private static UserPasskeyInfo Info(PasskeyRow row)
    {
        var data = JsonSerializer.Deserialize<PasskeyData>(row.Data, Json.Compact)!;
        return data.ToInfo(row.Name, row.CreatedAt);
    }

    private static string HashOf(string recoveryCode) =>
        Convert.ToHexString(Secrets.Hash(recoveryCode.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant()));
}

/// <summary>A passkey as it is stored.</summary>
internal sealed record PasskeyData(
    byte[] Id, byte[] PublicKey, uint SignCount, string[]? Transports, bool UserVerified, bool BackupEligible, bool BackedUp, byte[] Attestation, byte[] ClientData)
{
    public static PasskeyData Of(UserPasskeyInfo passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.SignCount, passkey.Transports, passkey.IsUserVerified, passkey.IsBackupEligible,
        passkey.IsBackedUp, passkey.AttestationObject, passkey.ClientDataJson);

    public UserPasskeyInfo ToInfo(string name, DateTimeOffset createdAt) => new(
        Id, PublicKey, createdAt, SignCount, Transports, UserVerified, BackupEligible, BackedUp, Attestation, ClientData) { Name = name };
}
