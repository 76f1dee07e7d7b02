using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Sending;
using Crm.Customers.Contracts;
using Crm.Platform.Export;
using Crm.Sdk.Records;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Campaigns;

/// <summary>Whatever stands in the ledger: no path reaches anybody against it, it leaves out nobody it may reach, and who is left out has a reason.</summary>
public sealed partial class LedgerTests
{
    private const int People = 60;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task No_path_sends_or_exports_for_contact_against_the_ledger(int seed)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var purposes = (await crm.List(CustomersContract.Purpose, null, "code", "channels", "contract")).Read()
            .Select(r => new Purpose(r.Id, r.Text("code")!, [.. ((string[]?)r["channels"] ?? [])], r["contract"] is true)).ToList();
        var ledger = await Write(crm, purposes, new Random(seed));
        HashSet<int> Allowed(string purpose, string channel) => [.. ledger.Where(c => c.MayBe(purposes.Single(p => p.Code == purpose), channel, crm.Clock.GetUtcNow())).Select(c => c.Number)];

        // Each file that is taken out to contact people, and its counterpart.
        foreach (var purpose in purposes)
        {
            foreach (var channel in (string[])["email", "sms", "post", "phone"])
            {
                var file = await Export(crm, $"{purpose.Code}:{channel}", leftOut: false);
                if (!purpose.Channels.Contains(channel))
                {
                    Assert.Null(file);
                    continue;
                }

                var allowed = Allowed(purpose.Code, channel);
                Assert.Equal(allowed.Order(), Numbers(file!).Order());
                var left = (await Export(crm, $"{purpose.Code}:{channel}", leftOut: true))!;
                Assert.Equal(ledger.Select(c => c.Number).Except(allowed).Order(), Numbers(left).Order());
                Assert.All(left.Trim().Split("\r\n").Skip(1), line => Assert.Matches("[^,]{5,}$", line));
            }
        }

        // Mails and the lists of a campaign.
        var mails = await crm.Campaign();
        await crm.Send(mails);
        Assert.Equal(Allowed("newsletter", "email").Order(), server.Mails.Select(m => Number(m.To)).Order());
        foreach (var channel in (string[])["post", "phone"])
        {
            var list = await crm.Campaign(("channel", channel));
            await crm.Prepare(list);
            if (Allowed("newsletter", channel).Count == 0)
            {
                Assert.Equal("campaigns.nobody", (await crm.Send(new ApproveCampaign(list))).Problems.Single().Code);
                continue;
            }

            await crm.Done(new ApproveCampaign(list));
            await crm.Done(new HandOutList(list));
            using var content = new MemoryStream();
            await (await crm.Ask(new GetContactList(list))).Write(content, CancellationToken.None);
            Assert.Equal(Allowed("newsletter", channel).Order(), Numbers(Encoding.UTF8.GetString(content.ToArray())).Order());
        }

        var recipients = await crm.Recipients(mails);
        Assert.Equal(People, recipients.Count);
        Assert.All(recipients.Where(r => r.State != RecipientStates.Sent), r => Assert.False(string.IsNullOrEmpty(r.Reason)));

        // A flow.
        var before = server.Mails.Count;
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template("ようこそ")));
        await crm.Done(new RunFlow(flow, On: true));
        await crm.RunJob<AdvanceFlows>();
        await crm.RunJob<SendDue>();
        Assert.Equal(Allowed("newsletter", "email").Order(), server.Mails.Skip(before).Select(m => Number(m.To)).Order());
        Assert.InRange(Allowed("newsletter", "email").Count, 5, People - 5);
    }

    private static async Task<List<Customer>> Write(TestHost crm, IReadOnlyList<Purpose> purposes, Random random)
    {
        T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
        var (now, all) = (crm.Clock.GetUtcNow(), new List<Customer>());
        for (var i = 0; i < People; i++)
        {
            var customer = new Customer(i)
            {
                Email = random.Next(8) > 0, Mobile = random.Next(3) > 0, Phone = random.Next(3) > 0, City = random.Next(3) > 0,
                Answers = { ["email"] = Pick("ok", "ok", "no", "unknown"), ["post"] = Pick("ok", "no", "unknown"), ["phone"] = Pick("ok", "no", "unknown") },
            };
            var id = await crm.Person(
                "客", $"番号{i:00}", ("email", customer.Email ? $"c{i:00}@example.jp" : null), ("mobile", customer.Mobile ? $"090-1234-56{i:00}" : null), ("phone", customer.Phone ? $"045-555-01{i:00}" : null),
                ("city", customer.City ? "横浜市中区" : null), ("mailMagazine", customer.Answers["email"]), ("directMail", customer.Answers["post"]), ("phoneCalls", customer.Answers["phone"]));
            for (var n = random.Next(8); n > 0; n--)
            {
                var withdrawn = random.Next(4) == 0;
                var entry = new Entry(
                    withdrawn && random.Next(2) == 0 ? null : random.Next(4) > 0 ? purposes.Single(p => p.Code == "newsletter") : Pick([.. purposes]), withdrawn && random.Next(2) == 0 ? null : Pick("email", "email", "post", "phone", "sms"),
                    withdrawn ? "withdrawn" : Pick("consent", "consent", "written", "relationship", "published"), now.AddDays(random.Next(-300, 30)).AddMinutes(n + 1), random.Next(4) == 0 ? DateOnly.FromDateTime(now.UtcDateTime).AddDays(Pick(-20, 20)) : null);
                if (entry.Basis is not ("withdrawn" or "consent")) entry = entry with { Channel = Pick("email", "email", "sms") };
                if (entry.Until < DateOnly.FromDateTime(entry.At.UtcDateTime)) entry = entry with { Until = null };
                await crm.Save(
                    CustomersContract.Consent, ("personId", id), ("purposeId", entry.Purpose?.Id), ("channel", entry.Channel), ("basis", entry.Basis), ("at", entry.At), ("how", "申込書"), ("until", entry.Until));
                customer.Entries.Add(entry);
            }

            all.Add(customer);
        }

        return all;
    }

    /// <summary>Null when it is refused.</summary>
    private static async Task<string?> Export(TestHost crm, string use, bool leftOut)
    {
        using var file = new MemoryStream();
        var written = await crm.Send(new ExportRecords(CustomersContract.Person, ExportFormat.CsvUtf8, file) { Use = use, LeftOut = leftOut });
        if (!written.Failed) return Encoding.UTF8.GetString(file.ToArray());
        Assert.Equal("bad-export-use", written.Problems.Single().Code);
        return null;
    }

    private static IEnumerable<int> Numbers(string file) => Named().Matches(file).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct();

    private static int Number(string address) => int.Parse(address.AsSpan(1, 2), CultureInfo.InvariantCulture);

    [GeneratedRegex("番号([0-9]{2})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    private sealed record Purpose(Guid Id, string Code, IReadOnlyList<string> Channels, bool Contract);

    private sealed record Entry(Purpose? Purpose, string? Channel, string Basis, DateTimeOffset At, DateOnly? Until);

    /// <summary>The rules of the law once more, told plainly.</summary>
    private sealed record Customer(int Number)
    {
        public bool Email { get; init; }

        public bool Mobile { get; init; }

        public bool Phone { get; init; }

        public bool City { get; init; }

        public Dictionary<string, string> Answers { get; } = [];

        public List<Entry> Entries { get; } = [];

        public bool MayBe(Purpose purpose, string channel, DateTimeOffset now)
        {
            var there = channel switch { "email" => Email, "sms" => Mobile, "post" => City, _ => Mobile || Phone };
            if (!there) return false;
            if (purpose.Contract) return true;
            if (Answers[channel == "sms" ? "email" : channel] == "no") return false;
            var about = Entries.Where(e => (e.Purpose is null || e.Purpose.Code == purpose.Code) && (e.Channel is null || e.Channel == channel) && e.At <= now).ToList();
            var optedOut = about.Where(e => e.Basis == "withdrawn").Select(e => (DateTimeOffset?)e.At).Max();
            return about.Exists(e => (e.Until is null || e.Until.Value.ToDateTime(TimeOnly.MaxValue) > now.UtcDateTime)
                && (e.Basis == "consent" ? optedOut is null || e.At > optedOut : e.Basis != "withdrawn" && optedOut is null && channel is ("email" or "sms")));
        }
    }
}
