//! Texts that stand on a child's record and nowhere else.

use super::meetings::Part;
use super::{Account, Row, Rows};
use crate::access::stage::ehc::Text;
use crate::access::stage::graduated::{of_contact, of_response};
use crate::access::stage::locality::{of_form, of_group};
use crate::access::stage::planning::{of_agenda, of_minutes, of_summary};
use crate::access::stage::{of_case, of_draft, of_issue};
use crate::support::app::App;
use domain::access::sight::Object;
use domain::access::{Reach, Role};
use domain::consultation::record::RecordState;
use entity::planning_meeting;
use uuid::Uuid;

impl Rows {
    /// Texts that stand on a child's record, each with whether the account may come across it.
    pub fn markers(&self, app: &App, account: &Account) -> Vec<(String, bool)> {
        let mut markers = Vec::new();
        for (name, id) in &app.world.children {
            let child = self.children.iter().find(|row| row.id == *id).unwrap();
            let identity = self.sees(account, Object::Child, Row::Child(child));
            let parents = [format!("\"Parent of {name}\""), format!("\"{name}@home.example\"")];
            markers.extend(parents.into_iter().chain([app.upn(name)]).map(|text| (text, identity)));
            let case = self.cases.iter().find(|row| row.child_id == *id);
            if let Some(case) = case {
                markers.push((of_case(name), self.sees(account, Object::Consultation, Row::Case(case))));
                markers.push((
                    case.reference.clone(),
                    self.sees(account, Object::Consultation, Row::Case(case)),
                ));
            }
            for record in self.records.iter().filter(|row| row.child_id == *id) {
                let (text, object) = match record.state {
                    RecordState::Draft => (of_draft(name), Object::DraftRecord),
                    RecordState::Issued => (of_issue(name), Object::IssuedRecord),
                };
                markers.push((text, self.sees(account, object, Row::Record(record))));
            }
        }
        for response in &self.responses {
            let (name, _) = app.world.children.iter().find(|(_, id)| **id == response.child_id).unwrap();
            let seen = |object| self.sees(account, object, Row::Response(response.child_id));
            markers.push((of_response(name), seen(Object::OnePlan)));
            markers.push((of_contact(name), seen(Object::LinkContact)));
            markers.push((response.reference.clone(), seen(Object::OnePlan)));
        }
        for meeting in &self.meetings {
            markers.extend(self.of_meeting(app, account, meeting));
        }
        markers.extend(self.of_groups(app, account));
        for case in &self.assessments {
            let (name, _) = app.world.children.iter().find(|(_, id)| **id == case.child_id).unwrap();
            markers.extend(self.of_assessment(name, account, case.child_id));
            let seen = self.sees(account, Object::EhcAssessment, Row::Assessment(case));
            // Those who were asked see the reference of the case, and not the case.
            let asked = self.advice.iter().filter(|row| row.assessment_id == case.id);
            let asked = asked.map(|row| self.sees(account, Object::AdviceRequest, Row::Advice(row)));
            markers.push((case.reference.clone(), seen || asked.into_iter().any(|seen| seen)));
        }
        assert!(markers.len() > 50);
        markers
    }

    /// What is written about a planning meeting, each text with whether it is for the account.
    fn of_meeting(
        &self,
        app: &App,
        account: &Account,
        meeting: &planning_meeting::Model,
    ) -> Vec<(String, bool)> {
        let item = self.items.iter().find(|row| row.meeting_id == meeting.id).unwrap();
        let (name, _) = app.world.children.iter().find(|(_, id)| Some(**id) == item.child_id).unwrap();
        let seen = |object: Object, rows: Vec<(Uuid, Part)>| {
            let of_meeting = rows.into_iter().filter(|(_, part)| part.meeting == meeting.id);
            of_meeting.into_iter().any(|(_, part)| self.sees(account, object, Row::Part(part)))
        };
        vec![
            (meeting.reference.clone(), self.sees(account, Object::PlanningMeeting, Row::Meeting(meeting))),
            (of_agenda(name), seen(Object::AgendaItem, self.parts_of_agendas())),
            (of_minutes(name), seen(Object::SupportAgreement, self.parts_of_support())),
            (of_summary(name), meeting.recorded_at.is_some() && self.sees_summary(account, meeting)),
        ]
    }

    /// What is written in locality groups, each text with whether it is for the account.
    fn of_groups(&self, app: &App, account: &Account) -> Vec<(String, bool)> {
        let mut markers = Vec::new();
        for item in &self.group_items {
            let link = self.item_children.iter().find(|link| link.item_id == item.id);
            let of_child = |child: Uuid| *app.world.children.iter().find(|(_, id)| **id == child).unwrap().0;
            let name = link.map_or("south", |link| of_child(link.child_id));
            let seen = |object, row| self.sees(account, object, row);
            markers.push((of_group(name), seen(Object::LocalityNote, Row::OfItem(item.id))));
            markers.push((of_form(name), self.reads_form(account, item)));
            markers.push((item.reference.clone(), seen(Object::LocalityItem, Row::Item(item.id))));
        }
        for session in &self.sessions {
            let seen = self.sees(account, Object::LocalitySession, Row::Session(session));
            markers.push((session.reference.clone(), seen));
        }
        markers
    }

    /// What is written in an assessment, each text with whether it is for the account.
    fn of_assessment(&self, child_name: &str, account: &Account, child: Uuid) -> Vec<(String, bool)> {
        macro_rules! seen {
            ($rows:ident $variant:ident $object:ident) => {
                self.$rows
                    .iter()
                    .filter(|row| row.child_id == child)
                    .any(|row| self.sees(account, Object::$object, Row::$variant(row)))
            };
        }
        let team = matches!(account.role, Role::EhcpCoordinator | Role::SendManager | Role::Integrator)
            && seen!(assessments Assessment EhcAssessment);
        let family = account.role.reach() == Reach::Family && seen!(assessments Assessment EhcAssessment);
        let advice = |text: Text| {
            let text = text.of(child_name);
            let versions = self.versions.iter().filter(|row| row.content == text);
            versions.into_iter().any(|row| self.sees(account, Object::AdviceVersion, Row::Version(row)))
        };
        let text = Text::Feedback.of(child_name);
        let mut given = self.checks.iter().filter(|row| row.feedback.as_ref() == Some(&text));
        let feedback = given.any(|row| self.sees(account, Object::AccuracyCheck, Row::Check(row)));
        let queried = self.queries.iter().any(|row| row.child_id == child);
        let case = self.assessments.iter().find(|row| row.child_id == child).unwrap();
        let query = seen!(queries Query AdviceQuery);
        let texts = [
            (Text::Advice, advice(Text::Advice)),
            (Text::SchoolAdvice, advice(Text::SchoolAdvice)),
            (Text::ParentsAdvice, advice(Text::ParentsAdvice)),
            (Text::Query, query),
            (Text::Direction, query && child_name != "flo"),
            (Text::Note, team && queried),
            (Text::Evidence, seen!(exceptions Exception StatutoryException)),
            (Text::Response, case.parents_response.is_some() && (team || family)),
            (Text::Plan, seen!(drafts Draft DraftPlan)),
            (Text::Override, false),
            (Text::Feedback, feedback),
            (Text::Delay, seen!(notices Notice DelayNotice)),
            (Text::Outcome, case.outcome_reason.is_some() && seen!(assessments Assessment EhcAssessment)),
        ];
        texts.map(|(text, seen)| (text.of(child_name), seen)).into()
    }
}
