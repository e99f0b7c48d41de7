//! Which clinics there are.

use super::{Accounts, Result};
use crate::accounts::{Clinic, ClinicAddress, ClinicId, Refusal};
use crate::store::accounts::AccountStoreError;

impl Accounts {
    /// The clinic with this address; without one, the main one. `None`: there is none.
    pub async fn clinic_at(&self, address: Option<&str>) -> Result<Option<Clinic>> {
        let Some(address) = address else {
            return Ok(Some(self.main.clone()));
        };
        let Ok(address) = ClinicAddress::parse(address) else {
            return Ok(None);
        };
        let clinics = self.clinics().await?;
        Ok(clinics.into_iter().find(|clinic| clinic.address == address))
    }

    /// A clinic of this server.
    pub async fn clinic(&self, id: ClinicId) -> Result<Clinic> {
        let clinics = self.clinics().await?;
        let found = clinics.into_iter().find(|clinic| clinic.id == id);
        Ok(found.ok_or(Refusal::UnknownAccount)?)
    }

    /// Every clinic, the main one first.
    pub async fn clinics(&self) -> Result<Vec<Clinic>> {
        let loaded = self.clinics.load().await;
        let (_version, others) = loaded.map_err(AccountStoreError::from)?;
        Ok([vec![self.main.clone()], others].concat())
    }
}
