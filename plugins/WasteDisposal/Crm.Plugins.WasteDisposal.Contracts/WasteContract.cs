namespace Crm.Plugins.WasteDisposal.Contracts;

/// <summary>Keys by which other plugins speak of WasteDisposal. Persisted; they never change.</summary>
public static class WasteContract
{
    /// <summary>Key of the plugin.</summary>
    public const string Plugin = "waste";

    /// <summary>Record type: a place where waste arises, is stored on its way, treated or finally disposed of.</summary>
    public const string Site = "waste.site";

    /// <summary>Record type: a permit of a transporter or disposer.</summary>
    public const string Permit = "waste.permit";

    /// <summary>Record type: a contract (委託契約) between a generator and a transporter or disposer.</summary>
    public const string Contract = "waste.contract";

    /// <summary>Record type: a manifest (産業廃棄物管理票), on paper or electronic.</summary>
    public const string Manifest = "waste.manifest";

    /// <summary>Record type: a report of a fiscal year about manifests issued (管理票交付等状況報告書).</summary>
    public const string Report = "waste.report";

    /// <summary>Right: check the way waste goes against contracts and permits.</summary>
    public const string MayCheckRoutes = "waste.check-routes";

    /// <summary>Right: make the report of a fiscal year.</summary>
    public const string MayMakeReports = "waste.make-reports";

    /// <summary>Fields that the plugin adds to companies.</summary>
    public static class CompanyFields
    {
        /// <summary>Several of <c>generator</c>, <c>transporter</c>, <c>disposer</c>.</summary>
        public const string Roles = "waste.roles";

        /// <summary>Yes when it handles class-1 substances of the PRTR act.</summary>
        public const string Prtr = "waste.prtr";

        /// <summary>Several of <c>industrial</c>, <c>special</c>: a generator of large amounts (多量排出事業者).</summary>
        public const string LargeGenerator = "waste.largeGenerator";

        /// <summary>Its number with JWNET.</summary>
        public const string JwnetNumber = "waste.jwnetNumber";

        /// <summary>The first day on which one of its permits expires; kept by the plugin.</summary>
        public const string PermitExpiry = "waste.permitExpiry";
    }
}
