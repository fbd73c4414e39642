//! Files: kept apart from what is said of them, so that only the one who opens a file loads it (XC-21).

use super::Fault;
use super::read::Reader;
use super::work::Work;
use entity::{attachment, attachment_content};
use sea_orm::EntityTrait;
use uuid::Uuid;

impl Reader<'_> {
    /// A file with its bytes, if the viewer sees what it hangs on.
    pub async fn file(&self, id: Uuid) -> Result<Option<(attachment::Model, Vec<u8>)>, Fault> {
        let Some(found) = self.one::<attachment::Entity>(id).await? else { return Ok(None) };
        let bytes = attachment_content::Entity::find_by_id(found.id).one(self.database()).await?;
        Ok(bytes.map(|bytes| (found, bytes.content)))
    }
}

impl Work<'_> {
    /// Keeps a file.
    pub async fn keep_file(&self, file: attachment::Model, content: Vec<u8>) -> Result<(), Fault> {
        let bytes = attachment_content::Model { attachment_id: file.id, content };
        self.insert::<attachment::Entity>(file).await?;
        self.insert::<attachment_content::Entity>(bytes).await
    }
}
