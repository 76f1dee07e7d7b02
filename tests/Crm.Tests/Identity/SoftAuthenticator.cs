using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Crm.Tests.Identity;

/// <summary>A passkey made of software: ES256, no attestation, always finds its person present and verified (WebAuthn level 3).</summary>
internal sealed class SoftAuthenticator(string origin) : IDisposable
{
    private const byte PresentAndVerified = 0x05;
    private const byte WithCredential = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private string userHandle = "";
    private uint counter = 1;

    /// <summary>What <c>navigator.credentials.create</c> would answer.</summary>
    public string Create(JsonElement options)
    {
        userHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var client = ClientData("webauthn.create", options);
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString([.. AuthenticatorData(options.GetProperty("rp").GetProperty("id").GetString()!, PresentAndVerified | WithCredential), .. new byte[16], 0, (byte)id.Length, .. id, .. PublicKey()]);
        attestation.WriteEndMap();
        return Credential(new { clientDataJSON = Base64Url.EncodeToString(client), attestationObject = Base64Url.EncodeToString(attestation.Encode()), transports = new[] { "internal" } });
    }

    /// <summary>What <c>navigator.credentials.get</c> would answer.</summary>
    public string Get(JsonElement options)
    {
        var client = ClientData("webauthn.get", options);
        var data = AuthenticatorData(options.GetProperty("rpId").GetString()!, PresentAndVerified);
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new
        {
            clientDataJSON = Base64Url.EncodeToString(client), authenticatorData = Base64Url.EncodeToString(data), signature = Base64Url.EncodeToString(signature), userHandle,
        });
    }

    public void Dispose() => key.Dispose();

    private byte[] ClientData(string type, JsonElement options) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { type, challenge = options.GetProperty("challenge").GetString(), origin, crossOrigin = false }));

    private byte[] AuthenticatorData(string party, byte flags)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, counter++);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(party)), flags, .. count];
    }

    private byte[] PublicKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var cose = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cose.WriteStartMap(5);
        cose.WriteInt32(1);
        cose.WriteInt32(2);
        cose.WriteInt32(3);
        cose.WriteInt32(-7);
        cose.WriteInt32(-1);
        cose.WriteInt32(1);
        cose.WriteInt32(-2);
        cose.WriteByteString(point.X!);
        cose.WriteInt32(-3);
        cose.WriteByteString(point.Y!);
        cose.WriteEndMap();
        return cose.Encode();
    }

    private string Credential(object response) => JsonSerializer.Serialize(new
    {
        id = Base64Url.EncodeToString(id), rawId = Base64Url.EncodeToString(id), type = "public-key", response, clientExtensionResults = new { }, authenticatorAttachment = "platform",
    });
}
