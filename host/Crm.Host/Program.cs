using Crm.Host;

var app = CrmApp.Build(args);
await CrmApp.Migrate(app, CancellationToken.None);
await app.RunAsync();
