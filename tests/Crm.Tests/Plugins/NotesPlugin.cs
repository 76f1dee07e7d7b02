namespace Crm.Tests.Plugins;

/// <summary>A small plugin with a field on books, a record type with its table, a screen, a subscriber and a command; in as many versions as a test wants.</summary>
internal static class NotesPlugin
{
    public const string Id = "notes";

    /// <param name="says">What the screen says.</param>
    /// <param name="withColour">Whether it is the version that adds a column, with its migration.</param>
    public static string Source(string says = "v1", bool withColour = false) => $$"""
        public sealed class NotesModule : CrmModule
        {
            public override string Key => "notes";
            public override Label Name => ("付箋", "Sticky notes");
            public override void Configure(ModuleBuilder module)
            {
                module.Requires("library");
                module.Database<NotesDb>();
                module.Records.Add(Notes.Type);
                module.Records.Extend("library.book", b => b.Section("notes", "付箋", "Sticky notes", s => s.Text("notes.shelf", "棚", "Shelf").Indexed().Searchable()));
                module.Screens.Add<NotesScreen>("board", "掲示板", "Board");
                module.Services.AddScoped<Words>();
            }
        }

        public sealed class Words { public string Say => "{{says}}"; }

        public sealed class Note : Record
        {
            public string? Text { get; set; }
            {{(withColour ? "public string? Colour { get; set; }" : "")}}
        }

        public static class Notes
        {
            public static readonly RecordType<Note> Type = RecordType.For<Note>("notes.note").Titled("付箋", "Note").TitledBy("text")
                .Section("basic", "基本", "Basics", s => s.Text(n => n.Text, "本文", "Text").Required().Max(200).Searchable().InList()
                    {{(withColour ? """.Text(n => n.Colour, "色", "Colour").Max(20)""" : "")}});
        }

        public sealed class NotesDb(ModuleDbOptions options) : ModuleDb(options)
        {
            protected override void Describe(ModelBuilder model) => Add(model, Notes.Type);
        }

        [DbContext(typeof(NotesDb))]
        [Migration("20261101_0001_Notes")]
        public sealed class NotesTables : Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.RecordTable("notes_note", t => t.Column<string>("text", 200));
        }

        {{(withColour ? """
            [DbContext(typeof(NotesDb))]
            [Migration("20261102_0001_Colour")]
            public sealed class NotesColour : Migration
            {
                protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Column<string>("notes_note", "colour", 20);
            }
            """ : "")}}

        [Command("notes.say")]
        public sealed record Say(string To) : IRequest<Result<string>>;

        internal sealed class SayHandler(Words words, ITenant tenant) : IRequestHandler<Say, Result<string>>
        {
            public Task<Result<string>> Handle(Say request, CancellationToken cancellationToken) => Task.FromResult(Result.Of(words.Say + " " + request.To + " " + tenant.Key));
        }

        [Event("notes.note-read.v1")]
        public sealed record NoteRead(Guid Note) : IEvent;

        [Subscriber("notes.count-changes")]
        internal sealed class CountChanges(NotesDb db, Words words) : INotificationHandler<RecordsChanged>
        {
            public async Task Handle(RecordsChanged happened, CancellationToken cancellationToken)
            {
                if (happened.RecordType != "library.author") return;
                db.Add(new Note { Text = words.Say + " " + happened.Action });
                await db.SaveAsync(cancellation: cancellationToken);
            }
        }

        public sealed class NotesScreen : Screen
        {
            private string said = "";
            protected override async Task Load() => said = (await Ask(new Say("掲示板"))).Value;
            protected override void BuildRenderTree(RenderTreeBuilder page)
            {
                page.OpenElement(0, "p");
                page.AddAttribute(1, "id", "notes-board");
                page.AddContent(2, said);
                page.CloseElement();
                page.AddMarkupContent(3, "<link rel='stylesheet' href='" + Context.Asset("notes", "css/notes.css") + "'>");
            }
        }
        """;

    public static byte[] Package(string version = "1.0.0", string says = "v1", bool withColour = false, Action<Dictionary<string, byte[]>>? files = null) =>
        PluginMaker.Pack(Id, version, PluginMaker.Compile("Plugin", Source(says, withColour)), m => m["requires"] = new Dictionary<string, string> { ["library"] = "[0.0.0, 9.0.0)" }, files);
}
