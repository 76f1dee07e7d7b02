using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Customers.Migrations;

[DbContext(typeof(CustomersDb))]
[Migration("20261122_0001_Customers")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("customers_company", t => Customer(t
            .Column<string>("name", 200, required: true)
            .Column<string>("name_kana", 200)
            .Column<string>("former_names", 2000)
            .Column<string>("kind", 60)
            .Column<string>("status", 60)
            .Column<string>("corporate_number", 40)
            .Column<string>("invoice_number", 40)
            .Column<string>("fax", 40)
            .Column<string>("representative", 100)
            .Column<string>("representative_title", 60)
            .Column<string>("industry", 60)
            .Column<string>("business", 2000)
            .Column<DateOnly?>("founded_on")
            .Column<int?>("employees")
            .Column<decimal?>("capital")
            .Column<string>("site", 500)
            .Column<string>("payment_terms", 60)
            .Column<string>("payment_note", 200)
            .Column<Guid?>("parent_id")
            .Column<string>("relation", 60), sortName: 200)
            .Index("name", "id")
            .Index("status", "id")
            .Index("industry", "id")
            .Index("parent_id", "id")
            .UniqueIndex("corporate_number"));

        migrationBuilder.RecordTable("customers_person", t => Customer(t
            .Column<string>("last_name", 100, required: true)
            .Column<string>("first_name", 100)
            .Column<string>("last_name_kana", 100)
            .Column<string>("first_name_kana", 100)
            .Column<string>("sex", 60)
            .Column<DateOnly?>("birth_date")
            .Column<string>("mobile", 40)
            .Column<string>("occupation", 100)
            .Column<string>("hobbies", 500)
            .Column<string>("family", 1000)
            .Column<string>("source", 60)
            .Column<Guid?>("company_id"), sortName: 201)
            .Index("mobile", "id")
            .Index("company_id", "id"));

        migrationBuilder.RecordTable("customers_employment", t => t
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<string>("department", 100)
            .Column<string>("title", 100)
            .Column<bool>("decision_maker")
            .Column<DateOnly?>("started_on")
            .Column<DateOnly?>("ended_on")
            .Column<string>("memo", 2000)
            .Index("person_id", "started_on", "id")
            .Index("company_id", "started_on", "id")
            .Index("started_on", "id")
            .Index("ended_on", "id"));

        migrationBuilder.RecordTable("customers_former_name", t => t
            .Column<Guid?>("company_id")
            .Column<string>("name", 200, required: true)
            .Column<string>("name_kana", 200)
            .Column<string>("kind", 60)
            .Column<DateOnly?>("until")
            .Column<Guid?>("successor_id")
            .Column<string>("memo", 2000)
            .Index("company_id", "id")
            .Index("name", "id")
            .Index("until", "id")
            .Index("successor_id", "id"));

        migrationBuilder.RecordTable("customers_product", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 200, required: true)
            .Column<string>("name_kana", 200)
            .Column<string>("category", 100)
            .Column<decimal?>("unit_price")
            .Column<string>("unit", 20)
            .Column<bool>("discontinued")
            .Column<string>("description", 4000)
            .UniqueIndex("code")
            .Index("name", "id")
            .Index("category", "id"));

        migrationBuilder.RecordTable("customers_purchase", t => t
            .Column<string>("number", 60)
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<Guid?>("product_id")
            .Column<string>("product_name", 200)
            .Column<decimal?>("unit_price")
            .Column<decimal?>("quantity")
            .Column<decimal?>("amount")
            .Column<DateOnly?>("bought_on")
            .Column<string>("channel", 60)
            .Column<string>("memo", 2000)
            .UniqueIndex("number")
            .Index("person_id", "bought_on", "id")
            .Index("company_id", "bought_on", "id")
            .Index("product_id", "bought_on", "id")
            .Index("bought_on", "id"));

        migrationBuilder.RecordTable("customers_subscription", t => t
            .Column<string>("number", 60)
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<Guid?>("product_id")
            .Column<string>("plan_name", 200)
            .Column<decimal?>("price")
            .Column<string>("billing_period", 60)
            .Column<decimal?>("monthly_amount")
            .Column<DateOnly?>("started_on")
            .Column<DateOnly?>("renews_on")
            .Column<bool>("renews_by_itself")
            .Column<DateOnly?>("cancelled_on")
            .Column<string>("cancel_reason", 500)
            .Column<string>("memo", 2000)
            .Column<DateOnly?>("reminded_of")
            .UniqueIndex("number")
            .Index("person_id", "id")
            .Index("company_id", "id")
            .Index("product_id", "id")
            .Index("started_on", "id")
            .Index("renews_on", "id")
            .Index("cancelled_on", "id"));

        migrationBuilder.RecordTable("customers_note", t => t
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<DateTimeOffset?>("written_at")
            .Column<string>("title", 200, required: true)
            .Column<string>("text", 20_000)
            .Index("person_id", "written_at", "id")
            .Index("company_id", "written_at", "id")
            .Index("written_at", "id"));

        migrationBuilder.TenantTable("customers_habit", t => t
            .Column<Guid>("customer_id")
            .Column<int>("purchase_count")
            .Column<decimal>("purchase_total")
            .Column<DateOnly?>("first_purchase_on")
            .Column<DateOnly?>("last_purchase_on")
            .Column<decimal?>("purchase_interval")
            .Column<DateOnly?>("next_purchase_on")
            .Column<DateOnly?>("next_purchase_from")
            .Column<DateOnly?>("next_purchase_until")
            .Column<string>("purchase_season", 60)
            .Key("customer_id"));
    }

    /// <summary>What companies and people have in common.</summary>
    private static TableBuilder Customer(TableBuilder table, int sortName) => table
        .Column<string>("code", 40)
        .Column<string>("sort_name", sortName, required: true)
        .Column<string>("name_key", 200)
        .Column<string>("rank", 60)
        .Column<string>("address_postal_code")
        .Column<string>("address_prefecture")
        .Column<string>("address_city")
        .Column<string>("address_street")
        .Column<string>("address_building")
        .Column<string>("phone", 40)
        .Column<string>("email", 254)
        .Column<string>("sns", 200)
        .Column<string>("mail_magazine", 60)
        .Column<string>("direct_mail", 60)
        .Column<string>("phone_calls", 60)
        .Column<string[]>("preferred_means")
        .Column<string[]>("preferred_hours")
        .Column<string>("memo", 10_000)
        .Column<int>("purchase_count")
        .Column<decimal>("purchase_total")
        .Column<DateOnly?>("first_purchase_on")
        .Column<DateOnly?>("last_purchase_on")
        .Column<decimal?>("purchase_interval")
        .Column<DateOnly?>("next_purchase_on")
        .Column<DateOnly?>("next_purchase_from")
        .Column<DateOnly?>("next_purchase_until")
        .Column<string>("purchase_season", 60)
        .UniqueIndex("code")
        .Index("sort_name", "id")
        .Index("name_key", "id")
        .Index("rank", "id")
        .Index("phone", "id")
        .Index("email", "id")
        .Index("purchase_total", "id")
        .Index("last_purchase_on", "id")
        .Index("next_purchase_on", "id");
}
