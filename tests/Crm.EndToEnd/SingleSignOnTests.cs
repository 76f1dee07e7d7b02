using Crm.EndToEnd.Infrastructure;
using Crm.Tests.Identity.SingleSignOn;

namespace Crm.EndToEnd;

/// <summary>Single sign-on from setting it up to signing out, with the login form of a real provider.</summary>
public sealed class SingleSignOnTests(DemoHost demo) : Browsing(demo)
{
    [ProviderBrowserTheory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task An_administrator_sets_it_up_and_a_colleague_signs_in_at_the_provider_and_out_again(Device device)
    {
        await using var provider = await IdentityProvider.Start(Built.Root);
        await provider.Allows($"{Demo.Address}/sign-in/sso/trading/callback", $"{Demo.Address}/signed-out");
        var who = $"sso-{device}".ToLowerInvariant();
        await provider.Knows(who, $"{who}@trading.example", "新井 綾");

        // The refused secret, and the provider's own pages: they have no icon, and want a font from far away that they do not get.
        Expected("Failed to load resource");

        var admin = await As("admin", device);
        await admin.GotoAsync("/settings/sso");
        await Expect(admin.GetByLabel("リダイレクト URI", new() { Exact = true })).ToHaveValueAsync($"{Demo.Address}/sign-in/sso/trading/callback");
        await admin.GetByLabel("発行者（issuer）").FillAsync(provider.Issuer);
        await admin.GetByLabel("クライアント ID").FillAsync(IdentityProvider.ClientId);
        await admin.GetByLabel("クライアントシークレット").FillAsync("wrong");
        await admin.GetByRole(AriaRole.Button, new() { Name = "接続テスト" }).ClickAsync();
        await Expect(admin.GetByText("invalid_client")).ToBeVisibleAsync();
        await admin.GetByLabel("クライアントシークレット").FillAsync(IdentityProvider.Secret);
        await admin.GetByRole(AriaRole.Button, new() { Name = "接続テスト" }).ClickAsync();
        await Expect(admin.GetByText("接続テストに成功しました")).ToBeVisibleAsync();
        await admin.GetByLabel("クライアントシークレット").FillAsync(IdentityProvider.Secret);
        await admin.GetByLabel("ボタンの表示").FillAsync("本社アカウントでサインイン");
        await admin.GetByLabel("メールドメイン").FillAsync("trading.example");
        await admin.GetByLabel("未登録の人が初めて").SelectOptionAsync(new SelectOptionValue { Label = "「営業」としてユーザーを作成" });
        await admin.GetByLabel("シングルサインオンを有効にする").CheckAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "保存", Exact = true }).ClickAsync();
        await Expect(admin.GetByText("シングルサインオンの設定を保存しました")).ToBeVisibleAsync();

        // Somebody who knows nothing but their address.
        var page = await Window(device);
        await page.RouteAsync("https://**", route => route.AbortAsync());
        await page.GotoAsync("/sign-in?return=%2Fme");
        await page.GetByRole(AriaRole.Link, new() { Name = "会社のアカウントでサインイン" }).ClickAsync();
        await page.GetByLabel("会社のメールアドレス").FillAsync($"{who}@trading.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "次へ" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "本社アカウントでサインイン" }).ClickAsync();
        await page.GetByPlaceholder("Enter any login").FillAsync(who);
        await page.GetByPlaceholder("and password").FillAsync("なんでもよい");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign-in" }).ClickAsync();
        await page.WaitForURLAsync($"{Demo.Address}/me");
        await Expect(page.GetByText($"{who}@trading.example").First).ToBeVisibleAsync();
        await Expect(page.GetByText("シングルサインオン").First).ToBeVisibleAsync();

        // Out, here and there.
        await page.EvaluateAsync("document.querySelector('form[action=\"/sign-out\"]').submit()");
        await page.WaitForURLAsync($"{provider.Issuer}/session/end**");
        await page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await page.WaitForURLAsync($"{Demo.Address}/signed-out**");
        await page.GotoAsync("/sign-in");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "本社アカウントでサインイン" })).ToBeVisibleAsync();
    }
}

/// <summary>Skipped, visibly, where there is no browser or no Node for the provider.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProviderBrowserTheoryAttribute : TheoryAttribute
{
    public ProviderBrowserTheoryAttribute() => Skip = Chromium.Path is null ? Chromium.Missing : IdentityProvider.IsHere ? null : IdentityProvider.NodeIsMissing;
}
