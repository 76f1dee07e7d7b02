using Crm.Tests.Plugins;

namespace Crm.Benchmarks.Serving;

/// <summary>A plugin with a record type, its table, a field on companies and a screen; under any id, in any version.</summary>
internal static class SmallPlugin
{
    public static byte[] Package(string id, string version) => PluginMaker.Pack(
        id, version, PluginMaker.Compile("Plugin", Source(id, version)), m => m["requires"] = new Dictionary<string, string> { ["customers"] = "[0.0.0, 9.0.0)" });

    private static string Source(string id, string version) => $$"""
        public sealed class SmallModule : CrmModule
        {
            public override string Key => "{{id}}";
            public override Label Name => ("付箋 {{id}}", "Notes {{id}}");
            public override void Configure(ModuleBuilder module)
            {
                module.Requires("customers");
                module.Database<SmallDb>();
                module.Records.Add(Notes.Type);
                module.Records.Extend("customers.company", c => c.Section("{{id}}", "付箋", "Notes", s => s.Text("{{id}}.shelf", "棚", "Shelf")));
                module.Screens.Add<SmallScreen>("board", "掲示板", "Board");
            }
        }

        public sealed class Note : Record { public string? Text { get; set; } }

        public static class Notes
        {
            public static readonly RecordType<Note> Type = RecordType.For<Note>("{{id}}.note").Titled("付箋", "Note").TitledBy("text")
                .Section("basic", "基本", "Basics", s => s.Text(n => n.Text, "本文", "Text").Required().Max(200).InList());
        }

        public sealed class SmallDb(ModuleDbOptions options) : ModuleDb(options)
        {
            protected override void Describe(ModelBuilder model) => Add(model, Notes.Type);
        }

        [DbContext(typeof(SmallDb))]
        [Migration("20261101_0001_Notes")]
        public sealed class SmallTables : Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.RecordTable("{{id}}_note", t => t.Column<string>("text", 200));
        }

        [Command("{{id}}.say")]
        public sealed record Say(string To) : IRequest<Result<string>>;

        internal sealed class SayHandler : IRequestHandler<Say, Result<string>>
        {
            public Task<Result<string>> Handle(Say request, CancellationToken cancellationToken) => Task.FromResult(Result.Of("{{version}} " + request.To));
        }

        public sealed class SmallScreen : Screen
        {
            private string said = "";
            protected override async Task Load() => said = (await Ask(new Say("掲示板"))).Value;
            protected override void BuildRenderTree(RenderTreeBuilder page) => page.AddContent(0, said);
        }
        """;
}
