using Crm.Sdk;

namespace Crm.Host.Web;

/// <summary>The manual of a screen, opened at its side. Markdown.</summary>
internal sealed record HelpText(Label Title, Label Text);

/// <summary>Manuals of the generated screens.</summary>
internal static class Help
{
    public static readonly HelpText List = new(
        new("一覧の使い方", "Lists"),
        new(
            """
            **探す** — 「この一覧を検索」に2文字以上入れると、名前・フリガナ・住所などから探せます。全角と半角、ひらがなとカタカナの違いは気にしなくて構いません。

            **絞り込む** — 「絞り込み」(`f`)で項目を選び、条件を決めます。条件は上にチップで並び、押すと変更、× で外せます。追加項目やプラグインの項目も選べます。

            **並べ替える** — 列の見出しを押します。もう一度押すと逆順になります。

            **列を選ぶ** — 右上の列のボタンから、表示する項目を選び、つまんで順番を変えます。

            **ビューを保存** — よく使う条件・列・並び順に名前を付けます。自分だけ、または全員と共有できます。

            **まとめて操作** — 行にチェックを付けると、下に一括変更と削除が出ます。直後なら「元に戻す」で取り消せます。

            **書き出す** — 今の条件と列のまま、CSV(UTF-8 / CP932)か Excel で保存します。
            """,
            """
            **Search** — Two or more characters find names, readings, addresses. Width and kana do not matter.

            **Filter** — “Filter” (`f`) offers every field, also those of plugins and your own. Active filters stand above the table: press one to change it, × to take it off.

            **Sort** — Press a column's heading; once more for the other direction.

            **Columns** — The button at the upper right chooses the columns and their order.

            **Save view** — Gives the filters, columns and order a name, for yourself or for everybody.

            **Many at once** — Tick rows to edit or delete them together. “Undo” takes it back.

            **Export** — Saves what you see as CSV (UTF-8 or CP932) or Excel.
            """));

    public static readonly HelpText Record = new(
        new("詳細画面の使い方", "Record pages"),
        new(
            """
            **タイムライン** — 購入やメモなど、この記録に関わる出来事が新しい順に並びます。種類で絞り込めます。

            **詳細(右側)** — 値の横の鉛筆を押すと、その場で直せます。まとめて直すときは「編集」(`e`)。

            **関連タブ** — この記録に結び付いた商談や購入などの一覧です。ここから追加すると、自動で結び付きます。

            **変更履歴** — 誰が、いつ、何を、なぜ変えたか。「戻す」で変更前の値に戻せます。

            **削除** — ごみ箱に入るだけです。ごみ箱から元に戻せます。
            """,
            """
            **Timeline** — Purchases, notes and whatever else happens around this record, newest first. Filter it by kind.

            **Details (right)** — The pencil beside a value changes it in place. “Edit” (`e`) opens the whole form.

            **Related tabs** — Deals, purchases and so on that belong here. What you add there is linked at once.

            **History** — Who changed what, when and why. “Set back” restores the value before.

            **Delete** — Moves the record to the bin, from where it can be restored.
            """));

    public static readonly HelpText Form = new(
        new("入力のしかた", "Forms"),
        new(
            """
            **必須** — 赤い * の項目は入力が必要です。

            **表記** — 全角・半角、ハイフンの有無は保存時に整えます。フリガナはカタカナになります。

            **郵便番号** — 7桁を入れると住所が入ります。候補が複数あるときは選んでください。

            **日本語入力** — 変換を確定する Enter で保存されることはありません。

            **保存** — `Ctrl + Enter` でも保存できます。誤りがあれば項目のそばに直し方が出ます。
            """,
            """
            **Required** — Fields with a red * must be filled.

            **Writing** — Width, dashes and kana are put in order when you save.

            **Postal code** — Seven digits fill the address; choose when there are several.

            **Japanese input** — The Enter that confirms a conversion never saves the form.

            **Save** — `Ctrl + Enter` saves too. Mistakes are shown beside their field with the cure.
            """));

    public static readonly HelpText Home = new(
        new("ホームの使い方", "The start page"),
        new(
            """
            **カード** — オンになっている機能ごとに、今日見るべき数字と一覧が並びます。押すと内訳を開きます。

            **カードを選ぶ** — 一番下の「カードを選ぶ」で、表示するカードと順番を自分用に決められます。ほかの人の画面は変わりません。

            **検索** — どの画面でも `/` を押すと検索に移ります。
            """,
            """
            **Cards** — Figures and short lists from every feature that is on. Press one to see what is behind it.

            **Choose the cards** — below the cards: which cards you see and in which order. Nobody else's page changes.

            **Search** — `/` takes you to the search from anywhere.
            """));
}
