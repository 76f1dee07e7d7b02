using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>The host with a certificate of its own, as docs/administration.md sets it up where no proxy stands before it.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task The_host_ends_TLS_itself_and_marks_its_cookies_for_it()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=crm.example.jp", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) { CertificateExtensions = { names.Build() } };
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("crm-tls-").FullName;
        var (pem, keyPem) = (Path.Combine(folder, "crm.pem"), Path.Combine(folder, "crm.key"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyPem, key.ExportPkcs8PrivateKeyPem());
        try
        {
            using var installation = new Installation("--Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0", "--Kestrel:Endpoints:Https:Certificate:Path", pem, "--Kestrel:Endpoints:Https:Certificate:KeyPath", keyPem);
            await using var host = await HostProcess.Serve(installation, "serve");
            Assert.StartsWith("https://", host.Address, StringComparison.Ordinal);
            using var handler = new SocketsHttpHandler
            {
                UseCookies = false,
                SslOptions = { CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate }, RevocationMode = X509RevocationMode.NoCheck } },
            };
            using var http = new HttpClient(handler);
            using var answer = await http.GetAsync(new Uri(host.Address + "/sign-in"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.Contains("Strict-Transport-Security"));
            var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
            Assert.NotEmpty(cookies);
            Assert.All(cookies, c => Assert.Contains("; secure", c, StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
