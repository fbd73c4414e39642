//! Documents as one accessible HTML page each, ready to be printed: headings in order, tables with captions and header
//! cells, nothing loaded from elsewhere, no script. Whatever somebody wrote is text and never markup.

pub mod locality;
pub mod locality_sheets;
pub mod meeting;
pub mod one_plan;

use chrono::NaiveDate;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Print sizes, borders that survive a copier, no section torn apart where it fits on a page.
const STYLE: &str = "body{font:11pt/1.5 Arial,Helvetica,sans-serif;color:#111;background:#fff;max-width:60rem;\
    margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%;margin:0 0 1rem}\
    caption{text-align:left;font-weight:bold;padding:.25rem 0}\
    th,td{border:1px solid #555;padding:.4rem;text-align:left;vertical-align:top}th{background:#eee}\
    td p{margin:0 0 .4rem}.words{white-space:pre-wrap}\
    @media print{body{margin:0;max-width:none}tr,section{break-inside:avoid}h2{break-before:page}\
    h2:first-of-type{break-before:auto}}";

/// A whole page under a title.
fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main {
                h1 { (title) }
                (body)
            } }
        }
    };
    page.into_string()
}

fn day(on: NaiveDate) -> String {
    on.format("%-d %B %Y").to_string()
}

fn day_or_dash(on: Option<NaiveDate>) -> String {
    on.map_or_else(|| "–".to_owned(), day)
}

fn words(text: &str) -> Markup {
    html! { p.words { (text) } }
}

/// A row that says one thing of what the table is about.
fn row(name: &str, value: &str) -> Markup {
    html! { tr { th scope="row" { (name) } td { (value) } } }
}
