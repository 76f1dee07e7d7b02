using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Crm.Campaigns;
using Crm.Customers;
using Crm.Deals;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Tests.Observability;

/// <summary>Whatever is done with a person: what is logged and traced of it does not say who.</summary>
public sealed class LogsNameNobodyTests
{
    private const string Last = "烏丸";
    private const string First = "綾乃介";
    private const string Email = "ayanosuke.karasuma@himitsu.example";
    private const string Phone = "090-9876-5432";
    private const string Words = "持病のことは内密に";

    [Fact]
    public async Task Neither_logs_nor_traces_name_the_persons_who_were_worked_with()
    {
        var said = new ConcurrentQueue<string>();
        // The browser of the test is not the product.
        using var listener = new ActivityListener { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = a => { if (a.Source.Name != "System.Net.Http") said.Enqueue(Told(a)); } };
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new SupportModule(), new CampaignsModule()]);
        using var lines = new Lines(said);
        host.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        ActivitySource.AddActivityListener(listener);
        var tenant = await host.NewTenant();
        var person = new { lastName = Last, firstName = First, email = Email, mobile = Phone, memo = Words };

        // By program: made, refused, looked for, changed against somebody else, taken out, imported.
        var id = (await tenant.Admin.Post("records/customers.person", person)).Is(201).Id;
        await tenant.Admin.Post("records/customers.person", new { lastName = Last, firstName = First, email = Email + "@", birthDate = Words });
        await tenant.Admin.Patch($"records/customers.person/{id}", new { memo = Words + Phone, version = 99 });
        foreach (var path in (string[])[$"records/customers.person?filter[email]={Email}", $"records/customers.person?filter[unknown]={Phone}", $"search?q={Last}", $"records/customers.person/export?filter[mobile]={Phone}", $"records/customers.person/{Email}"])
        {
            await tenant.Admin.Get(path);
        }

        await tenant.Admin.Post("records/customers.person/batch", new { rows = new object[] { person, new { lastName = "", email = Email } } });
        await tenant.Admin.Post("commands/customers.withdraw-consent", new { customerId = Email });

        // By hand: a form with a mistake, a list, the search, a page that is not there.
        var browser = await tenant.BrowserWith("administrator");
        await browser.Send(HttpMethod.Post, "/r/customers.person", [("lastName", Last), ("firstName", ""), ("email", Email + " " + Phone), ("memo", Words)]);
        foreach (var path in (string[])[$"/search?q={Last}", $"/r/customers.person?q={Email}", $"/r/customers.person/{Email}", $"/r/customers.person?filter[mobile]={Phone}", $"/lookup/records/customers.person?q={Last}"]) await browser.Send(HttpMethod.Get, path);

        // By mail that cannot be sent, and by somebody who signs in wrongly.
        var inquiry = await tenant.Ask(new OpenInquiry(Words) { PersonId = id, Content = Phone, FromName = Last, FromEmail = Email });
        await tenant.Ask(new Reply(inquiry, $"{Last}様 {Words}"));
        await browser.Send(HttpMethod.Post, "/sign-in", [("email", Email), ("password", Words)]);
        await Task.Delay(TimeSpan.FromSeconds(3));

        Assert.True(said.Count > 40, $"Only {said.Count} lines and traces.");
        var telling = said.Where(line => ((string[])[Last, First, Email, Phone, Words]).Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase) || line.Contains(Uri.EscapeDataString(word), StringComparison.OrdinalIgnoreCase))).Distinct().Take(10).ToList();
        Assert.True(telling.Count == 0, string.Join("\n", telling));
    }

    private static string Told(Activity activity)
    {
        var text = new StringBuilder($"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription}");
        foreach (var (key, value) in activity.TagObjects) text.Append(' ').Append(key).Append('=').Append(value);
        foreach (var happened in activity.Events)
        {
            text.Append(' ').Append(happened.Name);
            foreach (var (key, value) in happened.Tags) text.Append(' ').Append(key).Append('=').Append(value);
        }

        return text.ToString();
    }

    /// <summary>Keeps every line as a console would print it, scopes and exceptions included.</summary>
    private sealed class Lines(ConcurrentQueue<string> said) : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<string> kept = said;
        private IExternalScopeProvider? scopes;

        public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Line(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var text = new StringBuilder($"{logLevel} {category} {formatter(state, exception)} {exception}");
                lines.scopes?.ForEachScope((scope, to) => to.Append(' ').Append(scope), text);
                lines.kept.Enqueue(text.ToString());
            }
        }
    }
}
