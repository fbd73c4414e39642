//! Graduated responses: of the own school, of others, elsewhere, of a young person; each text found nowhere else.

use super::done;
use crate::support::app::App;
use crate::support::graduated::AREAS;
use crate::support::refusals::passes;
use serde_json::json;

/// What stands in every text of a child's graduated response.
pub fn of_response(child: &str) -> String {
    format!("qzgraduated{child}qz")
}

/// What stands in the notes of a school's contacts with its link staff.
pub fn of_contact(child: &str) -> String {
    format!("qzcontact{child}qz")
}

/// Brings graduated responses into being: each on the register, with a plan under way whose review will be missed, advice
/// of the link staff, a referral and a flag.
pub async fn responses(app: &App) {
    app.instrument("Graded reading test", true).await;
    for (child, senco, link) in [
        ("ada", "senco", "ep"),
        ("flo", "second_senco", "ep"),
        ("lou", "elsewhere_senco", "elsewhere_ep"),
        ("oli", "secondary_senco", "ep"),
    ] {
        response(app, child, senco, link).await;
    }
}

async fn response(app: &App, child: &str, senco: &str, link: &str) {
    let words = of_response(child);
    app.off_register(child).await;
    let concern = json!({
        "child": app.child(child), "raisedOn": app.today(), "areas": ["LITERACY"], "description": words,
        "teaching": words,
    });
    done(app, senco, "recordConcern", "concern { id }", concern).await;
    let intervention = app.intervened(senco, child, &words).await;
    let impact = json!({
        "intervention": intervention, "reviewedOn": app.today(), "impact": words, "ends": false,
    });
    done(app, senco, "reviewIntervention", "intervention { id }", impact).await;
    let assessment = app.assessed_by(senco, child, "LITERACY", &words).await;
    for area in &AREAS[1..] {
        let ruled_out = json!({ "child": app.child(child), "area": area, "reason": words });
        done(app, senco, "ruleOutArea", "child { id }", ruled_out).await;
    }
    let mut adding = app.adding(senco, child, &[assessment]);
    adding["provision"] = json!(words);
    passes(&app.add(senco, adding).await);
    app.active_plan_by(senco, child, &words).await;
    let contact = json!({
        "child": app.child(child), "practitioner": app.person(link), "contactedOn": app.today(),
        "purpose": "STATUTORY_ASSESSMENT", "note": of_contact(child),
    });
    done(app, senco, "logLinkContact", "linkContact { id }", contact).await;
    let mut raised = app.raise_suddenly(senco, child, &words).await;
    passes(&raised);
    let consultation = raised["linkConsultation"]["id"].take();
    app.link_consent(senco, child).await;
    let ready = json!({ "linkConsultation": consultation });
    done(app, senco, "completeLinkPack", "linkConsultation { id }", ready).await;
    let advice = json!({
        "linkConsultation": consultation, "advice": words,
        "nextSteps": [{ "kind": "TRAINING", "what": words, "owner": words, "dueOn": "2026-12-01" }],
    });
    done(app, link, "adviseLinkConsultation", "linkConsultation { id }", advice).await;
    let referral = json!({ "child": app.child(child), "reason": words });
    done(app, senco, "openReferral", "referral { id }", referral).await;
    let flag = json!({ "child": app.child(child), "kind": "RISK_OF_PERMANENT_EXCLUSION" });
    done(app, senco, "setVulnerability", "child { id }", flag).await;
}
